import type { Estate } from '../core/estate.ts'

/** In whose currency amounts are asked for: the estate's, or that of each plant. */
export const moneyNames = ['reporting', 'plant'] as const
export type MoneyName = (typeof moneyNames)[number]

/** What an answer's amounts are in. One sum is never of two currencies. */
export type Money = {
  asked: MoneyName
  /** what sums are in: the plant's currency where that is asked for and only one is spoken of, else the estate's */
  currency: string
  /** as statements are bound to it: what sums are in */
  sums: MoneyName
  /** what is of one plant is in */
  currencyOf(plant: string): string
  /** of the amounts that something of one plant has, the one that is asked for */
  pick(amounts: { amount_reporting: string; amount_plant: string }): string
}

/** The currency an answer about these plants speaks in. */
export function readMoney(estate: Estate, plants: readonly string[], asked: MoneyName = 'reporting'): Money {
  const currencyOf = (plant: string) =>
    (asked === 'plant' && estate.plantOf.get(plant)?.currency) || estate.currency
  const [only, ...more] = plants
  const isOne = only !== undefined && more.length === 0
  return {
    asked,
    currency: isOne ? currencyOf(only) : estate.currency,
    sums: asked === 'plant' && isOne ? 'plant' : 'reporting',
    currencyOf,
    pick: ({ amount_reporting, amount_plant }) => (asked === 'plant' ? amount_plant : amount_reporting),
  }
}

/**
 * Currencies and their worth in the reporting currency, as the parallel arrays that queries take, for what is worth
 * something now; and what one unit of `currency`, the one it is told in, is worth there.
 */
export function rateParams(
  estate: Estate,
  currency: string,
): { currencies: string[]; rates: string[]; into: string } {
  const currencies = [
    ...new Set([
      estate.currency,
      ...estate.plants.map((plant) => plant.currency),
      ...Object.keys(estate.rates?.values ?? {}),
    ]),
  ]
  return {
    currencies,
    rates: currencies.map((each) => estate.rateOf(each)),
    into: estate.rateOf(currency),
  }
}
