import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'

/** Of a case that will be late at the present pace. */
export type CaseForecast = QueryRow['case_forecasts']

/** What was last reckoned of cases being late, at hand for lists that are asked for again and again. */
export type ForecastShelf = {
  /** What was last said of these cases, by number, whether it still holds or not; nothing of those that will be in time. */
  of(numbers: readonly number[]): Promise<ReadonlyMap<string, CaseForecast>>
  /** It was reckoned again: what was read before is not asked any more. */
  forget(): void
}

/** It is reckoned every minute; where another process does so, nobody tells this one. */
const keptMs = 60_000

/** Reads forecasts once for each reckoning: the question costs a list a quarter of its time. */
export function createForecastShelf(store: Store, now = Date.now): ForecastShelf {
  let known = new Map<number, CaseForecast | undefined>()
  let since = now()
  const forget = () => {
    known = new Map()
    since = now()
  }
  return {
    forget,
    of: async (numbers) => {
      if (now() - since > keptMs) forget()
      // what is reckoned meanwhile begins another shelf, and this answer stays off it
      const shelf = known
      const unknown = numbers.filter((number) => !shelf.has(number))
      if (unknown.length > 0) {
        const found = await store.query('case_forecasts', { numbers: unknown })
        for (const number of unknown) shelf.set(number, undefined)
        for (const row of found) shelf.set(Number(row.number), row)
      }
      return new Map(
        numbers.flatMap((number): [string, CaseForecast][] => {
          const forecast = shelf.get(number)
          return forecast ? [[forecast.number, forecast]] : []
        }),
      )
    },
  }
}
