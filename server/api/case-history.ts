import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { type BothRanges, both } from './both-ranges.ts'
import type { Scope } from './scope.ts'

export type CaseHistory = {
  /** How many cases were open. */
  caseSeries: BothRanges<{ at: string; value: number }>
  /** Orders that needed a person: those with a case opened in the range, and in the range it is compared with. */
  manual: { orders: number; previous_orders: number }
  manualSeries: BothRanges<{ at: string; orders: number }>
}

/** What became of cases in the range and in the one it is compared with; each case is looked at once. Of all checks where none is named. */
export async function readCaseHistory(store: Store, scope: Scope, checks: string[]): Promise<CaseHistory> {
  const { plants, stepSeconds, from, to, previousFrom, previousTo } = scope
  const asked = new Map<number, Promise<QueryRow['case_history'][]>>()
  const read = (range: { from: Date; to: Date }) => {
    const start = range.from.getTime()
    const rows =
      asked.get(start) ??
      store.query('case_history', {
        plants,
        checks,
        step_s: stepSeconds,
        ...range,
        range_from: from,
        range_to: to,
        previous_from: previousFrom,
        previous_to: previousTo,
      })
    asked.set(start, rows)
    return rows
  }
  const pointsOf = (kind: string) => async (range: { from: Date; to: Date }) =>
    (await read(range)).filter((row) => row.kind === kind).map(({ at, value }) => ({ at, value }))
  const [caseSeries, orders] = await Promise.all([
    both(scope, pointsOf('open')),
    both(scope, pointsOf('orders')),
  ])
  const [any] = await Promise.all(asked.values())
  const totalOf = (kind: string) => any?.find((row) => row.kind === kind)?.value ?? 0
  const toOrders = ({ at, value }: { at: string; value: number }) => ({ at, orders: value })
  return {
    caseSeries,
    manual: { orders: totalOf('range'), previous_orders: totalOf('previous') },
    manualSeries: {
      now: orders.now.map(toOrders),
      before: orders.before.map(toOrders),
      stood: orders.stood && toOrders(orders.stood),
    },
  }
}
