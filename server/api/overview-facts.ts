import { createElsewhere } from '../core/case-finish.ts'
import { sumDecimals } from '../core/decimal.ts'
import type { ApiContext } from './context.ts'
import { listHandoffs } from './estate.ts'
import { readRows } from './exception-rows.ts'
import { readFreshness } from './freshness.ts'
import { readItemNames } from './item-names.ts'
import { rateParams } from './money.ts'
import type { Scope } from './scope.ts'

/** What the overview is composed from, asked of the store once. The rows are the store's own. */
export type OverviewFacts = Awaited<ReturnType<typeof readOverviewFacts>>

/** Reads everything the overview shows for a scope; the queries run beside each other. */
export async function readOverviewFacts(context: ApiContext, scope: Scope) {
  const { store, estate, checks } = context
  const { plants, at, from, to, previousFrom } = scope
  const both = { plants, from: previousFrom, to, step_s: scope.stepSeconds }
  // the hand-off the latency tile shows: the first of the flow of the highest tier
  const mainFlow = [...estate.flows].sort((a, b) => a.tier - b.tier)[0]
  const mainHandoff = mainFlow && listHandoffs(mainFlow)[0]
  const firstStage = mainFlow?.stages[0]?.stage ?? ''
  const flow = mainFlow?.flow ?? ''
  const handoff = mainHandoff?.handoff ?? ''
  const isElsewhere = createElsewhere(checks)
  const inventoryChecks = checks.filter(
    ({ check, measure, classes }) =>
      measure === 'inventory' && !Object.keys(classes).some((cls) => isElsewhere(check, cls)),
  )
  const inventory = inventoryChecks.map((check) => check.check)
  const recordSystems = [
    ...new Set(
      inventoryChecks.flatMap((check) =>
        plants.flatMap((plant) => estate.systemsOf(check.left, plant).map((system) => system.system)),
      ),
    ),
  ]
  // the range and the one before it are read together and parted here
  const [
    health,
    latency,
    latencySeries,
    backlogSeries,
    amounts,
    stock,
    impact,
    counts,
    caseSeries,
    manual,
    manualSeries,
    orders,
    ordersSeries,
    runs,
    freshness,
    variances,
  ] = await Promise.all([
    store.query('handoff_health', { plants, at, window_s: 3600, range_s: scope.hours * 3600 }),
    store.query('latency_quantiles', { plants, flow, handoff, previous_from: previousFrom, from, to }),
    store.query('latency_series', { ...both, flow, handoff }),
    store.query('backlog_series', both),
    store.query('amount_series', { ...both, checks: inventory }),
    store.query('stock_value', { plants, systems: recordSystems, ...rateParams(estate) }),
    store.query('impact', { plants }),
    store.query('exception_counts', { plants, aged: new Date(at.getTime() - 24 * 3_600_000) }),
    store.query('case_series', both),
    store.query('orders_with_cases', { plants, previous_from: previousFrom, from, to }),
    store.query('orders_with_cases_series', both),
    store.query('orders_by_plant', {
      plants,
      flow,
      first_stage: firstStage,
      previous_from: previousFrom,
      from,
      to,
    }),
    store.query('orders_series', { ...both, flow, first_stage: firstStage }),
    store.query('latest_runs', { plants, since: new Date(at.getTime() - 2 * 24 * 3_600_000) }),
    readFreshness(store, estate, at),
    readRows(store, {
      ...noFilter,
      at,
      plants,
      state: 'open',
      check: inventory[0] ?? checks[0]?.check ?? '',
      sort: 'amount',
      order: 'desc',
      limit: 6,
      offset: 0,
    }),
  ])
  const names = await readItemNames(store, variances)
  return {
    scope,
    mainFlow,
    mainHandoff,
    inventoryChecks,
    health,
    latency: latency[0],
    latencySeries: part(latencySeries, from),
    backlogSeries: part(backlogSeries, from),
    amounts: part(amounts, from),
    stockValue: sumDecimals(stock.map((row) => row.amount)),
    impact,
    counts,
    caseSeries: part(caseSeries, from),
    manual: manual[0] ?? { orders: 0, previous_orders: 0 },
    manualSeries: part(manualSeries, from),
    orders,
    ordersSeries: part(ordersSeries, from),
    runs,
    freshness,
    variances,
    names,
  }
}

/** Points of the range, and of the range before it. */
function part<Point extends { at: string }>(points: Point[], from: Date): { now: Point[]; before: Point[] } {
  const now = points.filter((point) => Date.parse(point.at) >= from.getTime())
  return { now, before: points.slice(0, points.length - now.length) }
}

export const noFilter = {
  statuses: [],
  assignee: '',
  sleeping: '',
  due: '',
  asked: '',
  mention: '',
  cause: '',
  plant: '',
  check: '',
  class: '',
  severity: '',
  team: '',
  q: '',
  shared: '',
  root: '',
  numbers: [],
}
