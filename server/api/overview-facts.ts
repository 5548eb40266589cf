import { sumDecimals } from '../core/decimal.ts'
import type { ApiContext } from './context.ts'
import { listHandoffs } from './estate.ts'
import { readFreshness } from './freshness.ts'
import { rateParams } from './money.ts'
import type { Scope } from './scope.ts'

/** What the overview is composed from, asked of the store once. The rows are the store's own. */
export type OverviewFacts = Awaited<ReturnType<typeof readOverviewFacts>>

/** Reads everything the overview shows for a scope; the queries run beside each other. */
export async function readOverviewFacts(context: ApiContext, scope: Scope) {
  const { store, estate, checks } = context
  const { plants, at, from, to, previousFrom } = scope
  const range = { plants, from, to, step_s: scope.stepSeconds }
  const previous = { plants, from: previousFrom, to: from, step_s: scope.stepSeconds }
  // the hand-off the latency tile shows: the first of the flow of the highest tier
  const mainFlow = [...estate.flows].sort((a, b) => a.tier - b.tier)[0]
  const mainHandoff = mainFlow && listHandoffs(mainFlow)[0]
  const firstStage = mainFlow?.stages[0]?.stage ?? ''
  const flow = mainFlow?.flow ?? ''
  const handoff = mainHandoff?.handoff ?? ''
  const inventoryChecks = checks.filter((check) => check.measure === 'inventory')
  const inventory = inventoryChecks.map((check) => check.check)
  const recordSystems = [
    ...new Set(
      inventoryChecks.flatMap((check) =>
        plants.flatMap((plant) => estate.systemsOf(check.left, plant).map((system) => system.system)),
      ),
    ),
  ]
  const lastHour = { plants, flow, handoff, from: new Date(at.getTime() - 3_600_000), to: at }
  const [
    health,
    latencyNow,
    latencyRange,
    latencyPrevious,
    latencySeries,
    latencyPreviousSeries,
    backlogSeries,
    backlogPreviousSeries,
    amounts,
    previousAmounts,
    stock,
    impact,
    counts,
    caseSeries,
    casePreviousSeries,
    manualOrders,
    manualPrevious,
    manualSeries,
    manualPreviousSeries,
    orders,
    ordersPrevious,
    ordersSeries,
    ordersPreviousSeries,
    runs,
    freshness,
    variances,
  ] = await Promise.all([
    store.query('handoff_health', { plants, at, window_s: 3600, range_s: scope.hours * 3600 }),
    store.query('latency_quantiles', lastHour),
    store.query('latency_quantiles', { ...lastHour, from, to }),
    store.query('latency_quantiles', { ...lastHour, from: previousFrom, to: from }),
    store.query('latency_series', { ...range, flow, handoff }),
    store.query('latency_series', { ...previous, flow, handoff }),
    store.query('backlog_series', range),
    store.query('backlog_series', previous),
    store.query('amount_series', { ...range, checks: inventory }),
    store.query('amount_series', { ...previous, checks: inventory }),
    store.query('stock_value', { plants, systems: recordSystems, ...rateParams(estate) }),
    store.query('impact', { plants }),
    store.query('exception_counts', { plants, aged: new Date(at.getTime() - 24 * 3_600_000) }),
    store.query('case_series', range),
    store.query('case_series', previous),
    store.query('orders_with_cases', { plants, from, to }),
    store.query('orders_with_cases', { plants, from: previousFrom, to: from }),
    store.query('orders_with_cases_series', range),
    store.query('orders_with_cases_series', previous),
    store.query('flow_cohort', {
      plants,
      flow,
      first_stage: firstStage,
      last_stage: mainFlow?.stages.at(-1)?.stage ?? '',
      now: at,
      from,
      to,
    }),
    store.query('flow_cohort', {
      plants,
      flow,
      first_stage: firstStage,
      last_stage: mainFlow?.stages.at(-1)?.stage ?? '',
      now: at,
      from: previousFrom,
      to: from,
    }),
    store.query('orders_series', { ...range, flow, first_stage: firstStage }),
    store.query('orders_series', { ...previous, flow, first_stage: firstStage }),
    store.query('latest_runs', { plants, since: new Date(at.getTime() - 2 * 24 * 3_600_000) }),
    readFreshness(store, estate, at),
    store.query('exceptions', {
      ...noFilter,
      plants,
      state: 'open',
      check: inventory[0] ?? checks[0]?.check ?? '',
      sort: 'amount',
      order: 'desc',
      limit: 6,
      offset: 0,
    }),
  ])
  const names = await store.query('item_names', {
    plants: variances.map((row) => row.plant),
    items: variances.map((row) => row.item),
  })
  return {
    scope,
    mainFlow,
    mainHandoff,
    inventoryChecks,
    health,
    latencyNow: latencyNow[0],
    latencyRange: latencyRange[0],
    latencyPrevious: latencyPrevious[0],
    latencySeries,
    latencyPreviousSeries,
    backlogSeries,
    backlogPreviousSeries,
    amounts,
    previousAmounts,
    stockValue: sumDecimals(stock.map((row) => row.amount)),
    impact,
    counts,
    caseSeries,
    casePreviousSeries,
    manualOrders: manualOrders[0]?.orders ?? 0,
    manualPrevious: manualPrevious[0]?.orders ?? 0,
    manualSeries,
    manualPreviousSeries,
    orders,
    ordersPrevious,
    ordersSeries,
    ordersPreviousSeries,
    runs,
    freshness,
    variances,
    names,
  }
}

export const noFilter = { plant: '', check: '', class: '', severity: '', team: '', q: '' }
