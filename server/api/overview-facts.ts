import { createElsewhere } from '../core/case-finish.ts'
import { sumDecimals } from '../core/decimal.ts'
import { handoffParams, listHandoffs } from '../core/handoffs.ts'
import { both } from './both-ranges.ts'
import { readCaseHistory } from './case-history.ts'
import type { ApiContext } from './context.ts'
import { readRows } from './exception-rows.ts'
import { checksOfFlow } from './flow-scope.ts'
import { readFreshness } from './freshness.ts'
import { readItemNames } from './item-names.ts'
import { type MoneyName, rateParams, readMoney } from './money.ts'
import type { Scope } from './scope.ts'
import { healthRange, wholeCompared, wholeSteps } from './whole-hours.ts'

const hourMs = 3_600_000

/** What the overview is composed from, asked of the store once. The rows are the store's own. */
export type OverviewFacts = Awaited<ReturnType<typeof readOverviewFacts>>

/**
 * Reads everything the overview shows for a scope; the queries run beside each other.
 * @param context of a flow alone, where one is asked for
 */
export async function readOverviewFacts(
  context: ApiContext,
  scope: Scope,
  { flow: only = '', currency }: { flow?: string; currency?: MoneyName } = {},
) {
  const { store, estate, checks } = context
  const { plants, at, from, to } = scope
  const compared = { previous_from: scope.previousFrom, previous_to: scope.previousTo, from, to }
  const told = handoffParams(estate)
  const steps = { plants, step_s: scope.stepSeconds }
  // the hand-off the latency tile shows: the first of the flow of the highest tier
  const mainFlow = [...estate.flows].sort((a, b) => a.tier - b.tier)[0]
  const mainHandoff = mainFlow && listHandoffs(mainFlow)[0]
  const flow = mainFlow?.flow ?? ''
  const handoff = mainHandoff?.handoff ?? ''
  const money = readMoney(estate, plants, currency)
  const bound = { checks: checksOfFlow(context, only), money: money.sums }
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
  const [
    health,
    latency,
    latencySeries,
    backlogSeries,
    amounts,
    stock,
    impact,
    cases,
    orders,
    ordersSeries,
    runs,
    freshness,
    variances,
  ] = await Promise.all([
    store.query('handoff_health', {
      ...told,
      plants,
      flows: estate.flows.map((each) => each.flow),
      by_plant: true,
      at,
      ...healthRange(scope),
    }),
    store.query('latency_quantiles', { plants, flow, handoff, ...compared, ...wholeCompared(scope, hourMs) }),
    both(scope, async (range) => {
      const rows = await store.query('handoff_series', {
        ...steps,
        ...range,
        flow,
        handoffs: [handoff],
        ...wholeSteps(range.from, range.to, scope.stepSeconds),
      })
      return rows.map(({ at: when, p95_ms }) => ({ at: when, value: p95_ms }))
    }),
    both(scope, (range) => store.query('backlog_series', { ...steps, ...range, ...told, flow: only })),
    both(scope, (range) =>
      store.query('amount_series', { ...steps, ...range, checks: inventory, money: money.sums }),
    ),
    store.query('stock_value', { plants, systems: recordSystems, ...rateParams(estate, money.currency) }),
    store.query('impact', { plants, ...bound, aged: new Date(at.getTime() - 24 * hourMs) }),
    readCaseHistory(store, scope, bound.checks),
    store.query('orders_by_plant', { plants, flow, ...compared, ...wholeCompared(scope) }),
    both(scope, (range) =>
      store.query('orders_series', {
        ...steps,
        ...range,
        flow,
        ...wholeSteps(range.from, range.to, scope.stepSeconds),
      }),
    ),
    store.query('latest_runs', {
      plants,
      checks: bound.checks,
      since: new Date(at.getTime() - 2 * 24 * hourMs),
    }),
    readFreshness(store, estate, at),
    readRows(store, {
      ...noFilter,
      ...bound,
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
    flow: only,
    money,
    mainFlow,
    mainHandoff,
    inventoryChecks,
    health,
    latency: latency[0],
    latencySeries,
    backlogSeries,
    amounts,
    stockValue: sumDecimals(stock.map((row) => row.amount)),
    impact,
    // the same cases as each check has them, whoever else counts them
    counts: impact.map(({ amount: counted, whole_amount: amount, ...row }) => ({ ...row, amount, counted })),
    ...cases,
    orders,
    ordersSeries,
    runs,
    freshness,
    variances,
    names,
  }
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
  checks: [],
  money: 'reporting',
}
