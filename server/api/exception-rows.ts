import type { QueryParams, QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import type { CaseForecast } from './forecast-shelf.ts'

/** A case as lists show it, with its likeliest cause or the one a person said it has. */
export type CaseRow = Pick<
  QueryRow['exception'],
  | 'number'
  | 'check'
  | 'plant'
  | 'key'
  | 'class'
  | 'state'
  | 'status'
  | 'version'
  | 'item'
  | 'order_no'
  | 'left_value'
  | 'right_value'
  | 'difference'
  | 'unit'
  | 'amount'
  | 'currency'
  | 'amount_reporting'
  | 'amount_plant'
  | 'severity'
  | 'team'
  | 'assignee'
  | 'since'
  | 'opened_at'
  | 'closed_at'
  | 'last_run'
  | 'agreed'
  | 'reopens'
  | 'acknowledged_at'
  | 'resolution'
  | 'snoozed_until'
  | 'asked_by'
  | 'accept_reason'
  | 'accepted_by'
  | 'said_cause'
  | 'cause'
  | 'comments'
  | 'paused'
  | 'acknowledge_due'
  | 'resolve_due'
  | 'warn_at'
>
/** So many rows are read at once. */
const atOnce = 5_000

/**
 * The numbers of the cases that match, in order: found by the few columns that say so. What else is known of them is
 * read afterwards, since rows are wide and a list shows few of many.
 */
export async function readNumbers(store: Store, wanted: QueryParams['exception_numbers']): Promise<number[]> {
  const [found] = await store.query('exception_numbers', wanted)
  return found?.numbers ?? []
}

/** Cases that match, in order, whole. */
export async function readRows(store: Store, wanted: QueryParams['exception_numbers']): Promise<CaseRow[]> {
  return readRowsOf(store, await readNumbers(store, wanted), wanted.plants)
}

/** These cases, in this order; those that are not there are left out. */
export async function readRowsOf(
  store: Store,
  numbers: readonly number[],
  plants: string[],
): Promise<CaseRow[]> {
  const found: CaseRow[] = []
  for await (const some of readInParts(store, numbers, plants)) found.push(...some)
  return found
}

/** What still holds of forecasts, by number: nothing of a case whose clock stands, or has stopped since. */
export const holdingForecasts = (
  forecasts: ReadonlyMap<string, CaseForecast>,
  rows: readonly Pick<CaseRow, 'number' | 'paused' | 'acknowledge_due' | 'resolve_due'>[],
): Map<string, CaseForecast> =>
  new Map(
    rows.flatMap((row): [string, CaseForecast][] => {
      const forecast = row.paused === '' ? forecasts.get(row.number) : undefined
      const due = forecast?.clock === 'acknowledge' ? row.acknowledge_due : row.resolve_due
      return forecast && due === forecast.due_at ? [[row.number, forecast]] : []
    }),
  )

/** The same in parts, for whoever passes them on: there may be more than should be held at once. */
export async function* readInParts(
  store: Store,
  numbers: readonly number[],
  plants: string[],
): AsyncGenerator<CaseRow[]> {
  for (let from = 0; from < numbers.length; from += atOnce) {
    const some = numbers.slice(from, from + atOnce)
    const rows = await store.query('exceptions', { numbers: some, plants })
    const shownOf = new Map(rows.map((row) => [Number(row.number), row.shown]))
    yield some.flatMap((number) => {
      const shown = shownOf.get(number)
      return shown === undefined ? [] : (JSON.parse(shown) as CaseRow)
    })
  }
}
