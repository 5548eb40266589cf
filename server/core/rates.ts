import type { Estate } from './estate.ts'

/** Rates by currency and the day they count from, as the parallel arrays that statements are bound to. */
export type Rates = { currencies: string[]; rate_days: string[]; rates: string[] }

/**
 * What one unit of each currency is worth in the reporting currency: from the day of each rate on; the first one known
 * counts for all time before it. Ordered by currency and day. A currency without a rate, `*`, counts as it is.
 */
export function listRates(estate: Estate): Rates {
  const days = [...(estate.rates?.earlier ?? []), ...(estate.rates ? [estate.rates] : [])].sort((a, b) =>
    a.date < b.date ? -1 : 1,
  )
  const rows: [currency: string, day: string, rate: string][] = [
    ['*', always, '1'],
    [estate.currency, always, '1'],
  ]
  const currencies = [...new Set(days.flatMap(({ values }) => Object.keys(values)))]
  for (const currency of currencies.filter((each) => each !== estate.currency).sort())
    days
      .filter(({ values }) => values[currency] !== undefined)
      .forEach(({ date, values }, index) => {
        rows.push([currency, index === 0 ? always : date, values[currency] as string])
      })
  return {
    currencies: rows.map(([currency]) => currency),
    rate_days: rows.map(([, day]) => day),
    rates: rows.map(([, , rate]) => rate),
  }
}

/** Which currency each plant keeps its books in, as parallel arrays. */
export type KeptCurrencies = { kept_plants: string[]; kept_currencies: string[] }

export const listKeptCurrencies = ({ plants }: Pick<Estate, 'plants'>): KeptCurrencies => ({
  kept_plants: plants.map(({ plant }) => plant),
  kept_currencies: plants.map(({ currency }) => currency),
})

const always = '1970-01-01'
