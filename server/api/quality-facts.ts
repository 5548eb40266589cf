import type { QueryRow } from '../../sql/queries.gen.ts'
import type { CheckInfo } from '../core/check-info.ts'
import { listHandoffs } from '../core/handoffs.ts'
import type { ApiContext } from './context.ts'
import { readScope, type Scope, type ScopeQuery } from './scope.ts'
import { wholeDays, wholeHours } from './whole-hours.ts'

const hourMs = 3_600_000
export type Place = { flow: string; stage: string; partner: string }
/** `receivers` are the plants whose messages count: '' stands for messages of no plant of the estate. */
export type QualityScope = Scope & Place & { receivers: string[] }
/** How a plant is asked for that is none of the estate. */
const nowhere = '-'

/** The scope in whole hours: it begins with the hour in which the range does. */
export function readQualityScope(estate: ApiContext['estate'], query: ScopeQuery & Place): QualityScope {
  const isNowhere = query.plant === nowhere
  const named = isNowhere ? [] : [query.plant ?? []].flat().filter(Boolean)
  const scope = readScope(estate, { ...query, plant: named, compare: 'previous' })
  const from = Math.floor(scope.from.getTime() / hourMs) * hourMs
  return {
    ...scope,
    plants: isNowhere ? [] : scope.plants,
    receivers: isNowhere ? [''] : named.length > 0 ? scope.plants : [...scope.plants, ''],
    from: new Date(from),
    previousFrom: new Date(from - Math.ceil(scope.hours) * hourMs),
    previousTo: new Date(from),
    flow: query.flow,
    stage: query.stage,
    partner: query.partner,
  }
}

/** How late each source may be: the age at which its own word counts as stale; and the plants that are known. */
export const receiptRules = ({ sources, plantOf }: ApiContext['estate']) => ({
  known: [...plantOf.keys()],
  sources: sources.map((source) => source.source),
  limits_ms: sources.map((source) => source.stale_after),
})

/** The checks that speak of the scope: of its flow, and of the hand-off into its stage. */
export const checksOf = ({ checks }: ApiContext, { flow, stage }: Place) =>
  checks.filter(
    (check) => (flow === '' || check.flow === flow) && (stage === '' || check.stages.includes(stage)),
  )

/**
 * The last run of each check that knows the orders of a flow: only what they judged can be said of an order, and so of
 * a partner.
 */
export function readOrderRuns(checks: readonly CheckInfo[], agreement: Agreement[]) {
  const known = checks.filter(
    (check) =>
      check.flow !== '' && check.reads.some((each) => each.side !== 'note' && each.order_no !== "''"),
  )
  const names = known.map((check) => check.check)
  return {
    runs: lastRuns(agreement.filter((row) => names.includes(row.check))).map((row) => row.run),
    checks: names,
    flows: known.map((check) => check.flow),
  }
}

/** What is read of receipts from sums: their lateness is counted in steps, and a limit within one is told by rows alone. */
function summedReceipts({ estate }: ApiContext, scope: QualityScope) {
  const { from, to, partner, hours } = scope
  const isTold = partner === '' && estate.sources.every(({ stale_after }) => endsStep(stale_after))
  return { is_by_row: !isTold || hours < leastHours, ...summedDays(scope, from, to) }
}

/** Shorter ranges are read from single rows: to ask for sums beside them takes longer than they do. */
const leastHours = 72

/** The days of the range, and of the one before it, that are read from sums; none unless there are some of the range. */
function summedDays({ previousFrom, hours }: QualityScope, from: Date, to: Date) {
  const { day_from, day_to } = wholeDays(from, to)
  const before = wholeDays(previousFrom, from)
  return hours < leastHours || day_from === day_to
    ? { previous_day_from: 0, previous_day_to: 0, day_from: 0, day_to: 0 }
    : { previous_day_from: before.day_from, previous_day_to: before.day_to, day_from, day_to }
}

/** Whether a step of lateness ends with it, as sql/schema/0092 has them. */
function endsStep(limitMs: number): boolean {
  const stepMs = limitMs <= 300_000 ? 5_000 : limitMs <= 24 * hourMs ? 60_000 : hourMs
  return limitMs % stepMs === 0
}

/** Hours and days of which every objective has passed, so that their sums tell what arrived. */
function summedLeaving({ estate }: ApiContext, scope: QualityScope) {
  const { previousFrom, from, to, at, partner } = scope
  const longest = Math.max(0, ...estate.flows.flatMap(listHandoffs).map(({ objective_ms }) => objective_ms))
  const due = new Date(Math.min(to.getTime(), at.getTime() - longest))
  return {
    // by the hour sums know no partner
    ...wholeHours(previousFrom, partner === '' ? due : previousFrom, leastHours),
    ...summedDays(scope, from, due),
  }
}

/** Whether the scope holds what files bring: they know neither flows nor partners. */
const isOfFiles = ({ estate }: ApiContext, { flow, stage, partner }: Place) =>
  estate.fileSources.length > 0 && [flow, stage, partner].every((one) => one === '')

/** What the page is composed from: rates of the range and the one before it, by hour, place and partner. */
export type QualityFacts = Awaited<ReturnType<typeof readQualityFacts>>

/** Asks the store for everything the page shows; the queries run beside each other. */
export async function readQualityFacts(context: ApiContext, scope: QualityScope) {
  const { store, estate } = context
  const { plants, from, to, at, previousFrom, flow, stage, partner } = scope
  const checks = checksOf(context, scope)
  const hasFiles = isOfFiles(context, scope)
  const range = { plants, previous_from: previousFrom, from, to, flow, stage, partner }
  const agreeing = store.query('quality_agreement', {
    plants,
    checks: checks.map((check) => check.check),
    from: previousFrom,
    to,
    step_s: 3600,
  })
  const [receipts, completeness, agreement, orders, findings, judged, files, readings] = await Promise.all([
    store.query('quality_receipts', {
      ...range,
      plants: scope.receivers,
      ...receiptRules(estate),
      ...summedReceipts(context, scope),
    }),
    store.query('quality_completeness', { ...range, at, ...summedLeaving(context, scope) }),
    agreeing,
    agreeing.then((rows) => {
      const inRange = rows.filter((row) => Date.parse(row.at) >= from.getTime())
      const { runs, ...known } = readOrderRuns(checks, inRange)
      const is_long = scope.hours >= leastHours
      return store.query('quality_orders', {
        plants,
        from,
        to,
        flow,
        stage,
        partner,
        runs,
        is_long,
        ...known,
      })
    }),
    store.query('quality_findings', { plants, from, to, flow, stage, partner, limit: 100 }),
    store.query('quality_judged', { plants }),
    hasFiles
      ? store.query('quality_files', { plants: scope.receivers, from, to, ...receiptRules(estate) })
      : [],
    hasFiles ? store.query('readings', {}) : [],
  ])
  // a run counts keys, whoever their partner is: of one partner there are orders only
  const ofKeys = partner === '' ? agreement : []
  return {
    scope,
    checks,
    limits: estate.quality,
    receipts,
    completeness,
    agreement: ofKeys,
    orders,
    findings,
    judged,
    files,
    readings,
  }
}

export type Agreement = QueryRow['quality_agreement']

/** The last complete run of each check and plant among those given; they come oldest first. */
export function lastRuns(rows: Agreement[]): Agreement[] {
  return [...new Map(rows.map((row) => [`${row.check} ${row.plant}`, row])).values()]
}
