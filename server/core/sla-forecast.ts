/** What a forecast is said from: the cases of so many days, at most so many of a check, and never of fewer than these. */
export const forecastFrom = { days: 45, most: 200, fewest: 5 } as const
