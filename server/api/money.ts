import type { Estate } from '../core/estate.ts'

/** Currencies and their worth in the reporting currency, as the parallel arrays that queries take. */
export function rateParams(estate: Estate): { currencies: string[]; rates: string[] } {
  const currencies = [
    ...new Set([
      estate.currency,
      ...estate.plants.map((plant) => plant.currency),
      ...Object.keys(estate.rates?.values ?? {}),
    ]),
  ]
  return { currencies, rates: currencies.map((currency) => estate.rateOf(currency)) }
}
