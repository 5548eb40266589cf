import { writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import { type Agreement, lastRuns, type QualityFacts } from './quality-facts.ts'
import type { Measure, MeasureName, Quality } from './schemas/quality.ts'
import { statusOf } from './scope.ts'

/** What was counted: how many of how many, and how many messages are to be shown for it. */
export type Count = { count: number; of: number; wrong: number }
type Limits = Record<MeasureName, number>
type Rule = { label: string; counts: string; lower?: boolean }

/** What each rate counts; which rate is good enough the estate says. */
export const rules: Record<MeasureName, Rule> = {
  completeness: {
    label: 'Completeness',
    counts:
      'Of the keys that left the stage before and whose objective for this hand-off has passed, those that arrived; by the hour in which they left. Keys called off are not expected.',
  },
  timeliness: {
    label: 'Timeliness',
    counts:
      'Of the messages let in, those that came within their source’s own limit after they happened; by the hour in which they happened. What happened before its source was connected is history and not counted.',
  },
  conformity: {
    label: 'Conformity',
    counts:
      'Of the messages received, those that kept their contract: neither refused nor let in with a deviation; by the hour in which they happened.',
  },
  duplication: {
    label: 'Duplication',
    counts:
      'Of the messages received, those whose source and id had been received before, for what happened within a day; by the hour in which they happened.',
    lower: true,
  },
  reconciliation: {
    label: 'Reconciliation',
    counts:
      'Of the keys compared by the last complete run of each check and plant, those that agree; by the hour the run judges. Keys in grace are in flight and not counted. A stage has the checks that compare its hand-off, each counted at every stage it names; what is of no one stage stands by check alone. By partner orders are counted: those of which a message came in the range and which these runs have judged, and of them those that differ nowhere; by the hour of their first message in it.',
  },
}
export const measureNames = Object.keys(rules) as MeasureName[]

/** The rate with its status; null and unknown where there was nothing to count. */
export function toShare(limits: Limits, measure: MeasureName, { count, of, wrong }: Count) {
  const limit = limits[measure]
  // in percent; as many digits as the limit has, which a difference of binary numbers has not
  const allowed = rules[measure].lower ? limit : Number((100 - limit).toFixed(9))
  const used = wrong === 0 ? 0 : (100 * wrong) / of / allowed
  return {
    count,
    of,
    wrong,
    rate: of > 0 ? (100 * count) / of : null,
    status: statusOf(of > 0 ? used : null),
  }
}

type Receipt = QualityFacts['receipts'][number]
type Passage = QualityFacts['completeness'][number]
type Orders = QualityFacts['orders'][number]

/** What a row of each query says of each measure it speaks of. */
export const readReceipt = (row: Receipt): Partial<Record<MeasureName, Count>> => ({
  timeliness: { count: row.live - row.late, of: row.live, wrong: row.late },
  conformity: {
    count: row.received - row.deviating - row.quarantined,
    of: row.received,
    wrong: row.deviating + row.quarantined,
  },
  duplication: { count: row.repeated, of: row.received, wrong: row.repeated },
})
export const readPassage = (row: Passage): Partial<Record<MeasureName, Count>> => ({
  completeness: { count: row.arrived, of: row.expected, wrong: row.expected - row.arrived },
})
export const readOrders = (row: Orders): Partial<Record<MeasureName, Count>> => ({
  reconciliation: { count: row.agreed, of: row.compared, wrong: row.compared - row.agreed },
})
export const sumRuns = (rows: Agreement[]): Count => {
  const of = rows.reduce((sum, row) => sum + row.compared, 0)
  const count = rows.reduce((sum, row) => sum + row.agreed, 0)
  return { count, of, wrong: of - count }
}

/** The five rates of the scope, each with its course and its change against the range before. */
export function composeMeasures(facts: QualityFacts): Measure[] {
  const { from } = facts.scope
  return measureNames.map((measure) => {
    const { label, counts, lower = false } = rules[measure]
    const [now, before] = [false, true].map((isBefore) => countAll(facts, measure, isBefore)) as [
      Count,
      Count,
    ]
    const share = toShare(facts.limits, measure, now)
    const previous = toShare(facts.limits, measure, before)
    const points = listPoints(facts, measure)
    return {
      measure,
      label,
      counts,
      ...share,
      limit: facts.limits[measure],
      lower_is_better: lower,
      detail: describe(facts, measure, now),
      change: share.rate === null || previous.rate === null ? null : share.rate - previous.rate,
      series: points.filter((point) => Date.parse(point.at) >= from.getTime()),
      previous_series: points
        .filter((point) => Date.parse(point.at) < from.getTime())
        .map(({ at, value }) => ({ at, value })),
    }
  })
}

function countAll(facts: QualityFacts, measure: MeasureName, isBefore: boolean): Count {
  const none = { count: 0, of: 0, wrong: 0 }
  if (measure === 'reconciliation' && facts.scope.partner !== '') {
    const all = isBefore ? undefined : facts.orders.find((row) => row.cut === 'all')
    return (all && readOrders(all).reconciliation) ?? none
  }
  if (measure === 'reconciliation')
    return sumRuns(
      lastRuns(facts.agreement.filter((row) => Date.parse(row.at) < facts.scope.from.getTime() === isBefore)),
    )
  const isAsked = (row: { cut: string; is_before: number }) =>
    row.cut === 'all' && Boolean(row.is_before) === isBefore
  const receipt = facts.receipts.find(isAsked)
  const passage = facts.completeness.find(isAsked)
  return { ...(receipt && readReceipt(receipt)), ...(passage && readPassage(passage)) }[measure] ?? none
}

/** A point for every hour of both ranges, without a value where nothing was counted. */
function listPoints(facts: QualityFacts, measure: MeasureName): Measure['series'] {
  const { previousFrom, to } = facts.scope
  const counted = new Map<number, Count>()
  const note = (at: string, found: Partial<Record<MeasureName, Count>>) => {
    const count = found[measure]
    if (count) counted.set(Date.parse(at), count)
  }
  for (const row of facts.receipts) if (row.cut === 'at') note(row.at, readReceipt(row))
  for (const row of facts.completeness) if (row.cut === 'at') note(row.at, readPassage(row))
  if (facts.scope.partner !== '')
    for (const row of facts.orders) if (row.cut === 'at') note(row.at, readOrders(row))
  for (const [at, rows] of groupByHour(facts.agreement)) note(at, { reconciliation: sumRuns(rows) })
  const points: Measure['series'] = []
  for (let at = previousFrom.getTime(); at < to.getTime(); at += 3_600_000) {
    const { count, of } = counted.get(at) ?? { count: 0, of: 0 }
    points.push({ at: new Date(at).toISOString(), value: of > 0 ? (100 * count) / of : null, count, of })
  }
  return points
}

function groupByHour(rows: Agreement[]): Map<string, Agreement[]> {
  const groups = new Map<string, Agreement[]>()
  for (const row of rows) groups.set(row.at, [...(groups.get(row.at) ?? []), row])
  return groups
}

/** The line under a value: how many, of how many; or why there is none. */
function describe(facts: QualityFacts, measure: MeasureName, { of, wrong }: Count): string {
  const all = facts.receipts.find((row) => row.cut === 'all' && !row.is_before)
  const taken = all ? all.received - all.quarantined : 0
  if (of === 0) {
    if (measure === 'reconciliation' && facts.checks.length === 0) return 'no check of it'
    if (measure === 'reconciliation')
      return facts.scope.partner ? 'no order of it was judged' : 'no complete run in the range'
    if (measure === 'timeliness' && taken > 0) return `all ${writeNumber(taken)} are history`
    return measure === 'completeness' ? 'nothing was expected' : 'no messages in the range'
  }
  const ofAll = `of ${writeNumber(of)}`
  if (measure === 'completeness') return `${writeNumber(wrong)} ${ofAll} did not arrive`
  if (measure === 'timeliness')
    return `${writeNumber(wrong)} ${ofAll} late${taken > of ? `, ${writeNumber(taken - of)} history` : ''}`
  if (measure === 'conformity')
    return `${writeNumber(all?.quarantined ?? 0)} refused, ${writeNumber(all?.deviating ?? 0)} deviate ${ofAll}`
  if (measure === 'duplication') return `${writeNumber(wrong)} ${ofAll} had come before`
  return `${writeNumber(wrong)} ${ofAll} ${facts.scope.partner ? 'orders' : 'keys'} differ`
}

/** Flow and stage rows in the order of the flows, then a row for each check that compares keys; only cells with something to count. */
export function composeRows(context: ApiContext, facts: QualityFacts): Quality['rows'] {
  const { estate } = context
  const found = new Map<string, Quality['rows'][number]['cells']>()
  const note = (row: Receipt | Passage, counts: Partial<Record<MeasureName, Count>>) => {
    if (row.cut !== 'place' || row.is_before) return
    const cells = found.get(`${row.flow} ${row.stage}`) ?? []
    for (const [measure, count] of Object.entries(counts) as [MeasureName, Count][])
      if (count.of > 0) cells.push({ measure, plant: row.plant, ...toShare(facts.limits, measure, count) })
    found.set(`${row.flow} ${row.stage}`, cells)
  }
  for (const row of facts.completeness) note(row, readPassage(row))
  for (const row of facts.receipts) note(row, readReceipt(row))
  const runs = lastRuns(facts.agreement.filter((row) => Date.parse(row.at) >= facts.scope.from.getTime()))
  for (const [place, cells] of compareStages(facts, runs))
    found.set(place, [...(found.get(place) ?? []), ...cells])
  const places = [
    ...estate.flows.flatMap((flow) => [
      ...flow.stages.map(({ stage, name }) => ({ flow: flow.flow, flow_name: flow.name, stage, name })),
      { flow: flow.flow, flow_name: flow.name, stage: 'ended', name: 'Called off' },
    ]),
    { flow: '', flow_name: 'Outside of flows', stage: '', name: 'Other messages' },
  ]
  const stages = places.flatMap((place) => {
    const cells = found.get(`${place.flow} ${place.stage}`)
    return cells?.length ? [{ kind: 'stage' as const, ...place, check: '', cells }] : []
  })
  const checks = context.checks.flatMap((check) => {
    const cells = runs
      .filter((row) => row.check === check.check && row.compared > 0)
      .map((row) => ({
        measure: 'reconciliation' as const,
        plant: row.plant,
        ...toShare(facts.limits, 'reconciliation', sumRuns([row])),
      }))
    const flow = estate.flowOf.get(check.flow)
    const names = { flow: check.flow, flow_name: flow?.name ?? 'no flow', stage: '', name: check.title }
    return cells.length > 0 ? [{ kind: 'check' as const, ...names, check: check.check, cells }] : []
  })
  return [...stages, ...checks]
}

/** What the checks of each stage agree on, by flow and stage: a check counts at every stage it names. */
function compareStages(facts: QualityFacts, runs: Agreement[]) {
  const { checks, scope } = facts
  const found = new Map<string, Quality['rows'][number]['cells']>()
  const places = checks.flatMap(({ flow, stages }) => stages.map((stage) => ({ flow, stage })))
  for (const { flow, stage } of places) {
    if (found.has(`${flow} ${stage}`) || !['', stage].includes(scope.stage)) continue
    const here = checks.filter((check) => check.flow === flow && check.stages.includes(stage))
    const rows = runs.filter((row) => row.compared > 0 && here.some((check) => check.check === row.check))
    const plants = [...new Set(rows.map((row) => row.plant))]
    found.set(
      `${flow} ${stage}`,
      plants.map((plant) => ({
        measure: 'reconciliation' as const,
        plant,
        ...toShare(facts.limits, 'reconciliation', sumRuns(rows.filter((row) => row.plant === plant))),
      })),
    )
  }
  return found
}

/** What each partner's messages and orders came to, the busiest first. */
export function composePartners(facts: QualityFacts): Quality['partners'] {
  const found = new Map<string, Quality['partners'][number]['cells']>()
  const note = (row: Receipt | Passage | Orders, counts: Partial<Record<MeasureName, Count>>) => {
    if (row.cut !== 'partner' || ('is_before' in row && row.is_before)) return
    const cells = found.get(row.partner) ?? []
    for (const [measure, count] of Object.entries(counts) as [MeasureName, Count][])
      if (count.of > 0) cells.push({ measure, ...toShare(facts.limits, measure, count) })
    found.set(row.partner, cells)
  }
  for (const row of facts.completeness) note(row, readPassage(row))
  for (const row of facts.receipts) note(row, readReceipt(row))
  for (const row of facts.orders) note(row, readOrders(row))
  const size = (cells: Quality['partners'][number]['cells']) => Math.max(0, ...cells.map((cell) => cell.of))
  return [...found]
    .map(([partner, cells]) => ({ partner, cells }))
    .sort((a, b) => Number(a.partner === '') - Number(b.partner === '') || size(b.cells) - size(a.cells))
    .slice(0, 50)
}
