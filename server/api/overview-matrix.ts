import { multiplyDecimals, sumDecimals } from '../core/decimal.ts'
import { listHandoffs } from '../core/handoffs.ts'
import { writeClock, writeDuration, writeMoney, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import { handoffP95 } from './overview-tiles.ts'
import type { MatrixCell, Overview } from './schemas/overview.ts'
import { statusOf } from './scope.ts'

const upper = (role: string) => role.toUpperCase()

type Check = ApiContext['checks'][number]
const measureTitles = { inventory: 'Inventory', orders: 'Orders', invoices: 'Invoices', receipts: 'Receipts' }

/** Checks of what the same is counted under: a dozen columns could not be read. */
function groupChecks(
  checks: readonly Check[],
): { measure: Check['measure']; members: [Check, ...Check[]] }[] {
  const groups = new Map<Check['measure'], [Check, ...Check[]]>()
  for (const check of checks) {
    const group = groups.get(check.measure)
    if (group) group.push(check)
    else groups.set(check.measure, [check])
  }
  return [...groups].map(([measure, members]) => ({ measure, members }))
}

function limitOf(checks: readonly Check[], currency: string): string {
  const limits = [
    ...new Set(checks.map((check) => writeMoney(multiplyDecimals(check.materiality, '10'), currency))),
  ]
  return limits.length === 1 ? `limit ${limits[0]}` : 'limits vary'
}

/** Of the checks of a column the one to look at first; the cell is all its own, and leads to what it counts. */
function findWorst(column: string, cells: MatrixCell[]): MatrixCell {
  const rank = ({ status, share }: MatrixCell) =>
    10 * ['ok', 'watch', 'unknown', 'breach'].indexOf(status) + Math.min(share ?? 0, 9)
  const worst = cells.reduce((found, cell) => (rank(cell) > rank(found) ? cell : found))
  return { ...worst, column }
}

/** Plant × flow: a row per plant, a column per hand-off and per group of checks; every cell has a value, a status and a way on. */
export function composeMatrix(context: ApiContext, facts: OverviewFacts): Overview['matrix'] {
  const { estate, checks } = context
  const columns: Overview['matrix']['columns'] = [
    ...estate.flows.flatMap((flow) =>
      listHandoffs(flow).map((handoff) => ({
        column: `${flow.flow}.${handoff.handoff}`,
        group: flow.name,
        title: handoff.name,
        subtitle: `${upper(handoff.from_role)}→${upper(handoff.to_role)}`,
        limit_label: `SLO ${writeDuration(handoff.objective_ms)}`,
        kind: 'handoff' as const,
      })),
    ),
    ...groupChecks(checks).map(({ measure, members: [first, ...more] }) => ({
      column: measure,
      group: 'Reconciliation checks',
      title: more.length === 0 ? first.short : measureTitles[measure],
      subtitle:
        more.length === 0 ? `${upper(first.left)} = ${upper(first.right)}` : `worst of ${more.length + 1}`,
      limit_label: limitOf([first, ...more], estate.currency),
      kind: 'check' as const,
    })),
  ]
  const ordersOf = new Map(facts.orders.map((row) => [row.plant, row.total]))
  const rows = facts.scope.plants.map((plant) => {
    const config = estate.plantOf.get(plant)
    return {
      plant,
      name: config?.name ?? plant,
      orders: ordersOf.get(plant) ?? 0,
      local_time: writeClock(facts.scope.at, config?.time_zone ?? 'UTC'),
      cells: [
        ...estate.flows.flatMap((flow) =>
          listHandoffs(flow).map((handoff) => composeHandoffCell(context, facts, plant, flow.flow, handoff)),
        ),
        ...groupChecks(checks).map(({ measure, members }) =>
          findWorst(
            measure,
            members.map((check) => composeCheckCell(facts, plant, check)),
          ),
        ),
      ],
    }
  })
  const counts = { ok: 0, watch: 0, breach: 0, unknown: 0 }
  for (const row of rows) for (const cell of row.cells) counts[cell.status] += 1
  return { columns, rows, counts }
}

function composeHandoffCell(
  context: ApiContext,
  facts: OverviewFacts,
  plant: string,
  flow: string,
  handoff: ReturnType<typeof listHandoffs>[number],
): MatrixCell {
  const base = {
    column: `${flow}.${handoff.handoff}`,
    kind: 'duration_ms' as const,
    href: `/flows/${flow}?plant=${plant}`,
  }
  const receivers = new Set(context.estate.systemsOf(handoff.to_role, plant).map((system) => system.system))
  const stale = facts.freshness.find(
    (source) => source.plant === plant && receivers.has(source.system) && source.status === 'unknown',
  )
  if (stale)
    return {
      ...base,
      status: 'unknown',
      value: null,
      detail: stale.lag_s === null ? 'never heard' : `stale ${writeDuration(stale.lag_s * 1000)}`,
      share: null,
    }
  const row = facts.health.find(
    (candidate) =>
      candidate.plant === plant && candidate.flow === flow && candidate.handoff === handoff.handoff,
  )
  const p95 = row ? handoffP95(row) : null
  if (!row || p95 === null)
    return { ...base, status: 'unknown', value: null, detail: 'no orders', share: null }
  const share = handoff.objective_ms > 0 ? p95 / handoff.objective_ms : null
  return {
    ...base,
    status: statusOf(share),
    value: p95,
    detail: `${writeNumber(row.waiting)} waiting`,
    share,
  }
}

function composeCheckCell(
  facts: OverviewFacts,
  plant: string,
  check: ApiContext['checks'][number],
): MatrixCell {
  const base = {
    column: check.check,
    kind: 'percent' as const,
    href: `/exceptions?check=${check.check}&plant=${plant}`,
  }
  const run = facts.runs.find((candidate) => candidate.check === check.check && candidate.plant === plant)
  if (!run) return { ...base, status: 'unknown', value: null, detail: 'no run yet', share: null }
  if (run.outcome !== 'ok')
    return {
      ...base,
      status: 'unknown',
      value: null,
      detail: run.outcome,
      share: null,
      href: `/runs/${run.run}`,
    }
  const open = facts.counts.filter((row) => row.check === check.check && row.plant === plant)
  const amount = sumDecimals(open.map((row) => row.amount))
  // what is material is said in the reporting currency
  const worth = sumDecimals(open.map((row) => row.worth))
  const compared = Number(run.compared)
  const share = Number(check.materiality) > 0 ? Number(worth) / (10 * Number(check.materiality)) : null
  return {
    ...base,
    status: statusOf(share ?? 0),
    value: compared > 0 ? (100 * Number(run.variances)) / compared : 0,
    detail: writeMoney(amount, facts.money.currency),
    share,
  }
}
