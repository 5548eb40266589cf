import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FaultKind, faultKinds, type TruthLine } from '../../server/demo/effects.ts'

/** An open case as the product names it. */
export type OpenCase = {
  check: string
  plant: string
  key: string
  class: string
  /** the cause at rank 1, where it is asked for */
  cause?: string
  /** what it is worth, in the plant's currency */
  amount?: string
}

/** The cause that is right for what was injected; kinds that no check finds have none. */
const rightCause: Partial<Record<FaultKind, string>> = {
  lost_message: 'lost_message',
  duplicate_posting: 'duplicate_posting',
  wrong_unit: 'wrong_unit',
  wrong_sign: 'wrong_sign',
  stale_price: 'stale_price',
  cancelled_but_picked: 'cancelled_but_picked',
  shipped_not_billed: 'shipped_not_billed',
  stuck_interface: 'stuck_interface',
  late_master: 'master_not_taken_over',
  mistyped_master: 'master_keyed_otherwise',
  partial_posting: 'posted_in_part',
  lost_release: 'type_on_one_side',
  supplier_overcharge: 'supplier_billed_otherwise',
  lost_transfer: 'not_booked_in',
  physical_loss: 'genuine',
  back_dated: 'cut_off',
  unmapped_code: 'unmapped_code',
}

export type KindRow = {
  kind: FaultKind
  /** faults of this kind so far */
  injected: number
  /** those a check can see */
  covered: number
  /** cases that must be open */
  expected: number
  found: number
  missed: number
  /** open though no fault of this kind says so now; it did, or will, of the same case */
  false: number
  /** of those found: with the right cause at rank 1 */
  caused: number
}

export type TruthReport = {
  rows: KindRow[]
  /** expected and not open: `kind: check plant key class` */
  missed: string[]
  /** open, and no fault explains it: `check plant key class` */
  false: string[]
  /** found, with another cause at rank 1: `kind: check plant key class: cause` */
  miscaused: string[]
  /** found, and worth something else: `kind: check plant key class: amount, not amount` */
  misvalued: string[]
  /** how many of those found are worth what was injected */
  valued: number
  /** ids that must be in quarantine and are not; empty where no ids were given */
  unquarantined: string[]
}

/** Reads the truth file of a demo's data folder; a line written twice after a restart counts once. */
export function readTruth(dataFolder: string): TruthLine[] {
  const path = join(dataFolder, 'demo', 'truth.jsonl')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return [
    ...new Map(lines.map((text) => JSON.parse(text) as TruthLine).map((line) => [line.id, line])).values(),
  ]
}

/**
 * Holds the open cases against what was injected, as of `at`. What opened or was mended less than `marginMs` from there
 * may be open or not: a heartbeat and a run lie between.
 */
export function compareTruth(options: {
  truth: TruthLine[]
  open: OpenCase[]
  at: Date
  marginMs: number
  /** ids in quarantine, where they are known */
  quarantined?: Set<string>
}): TruthReport {
  const { truth, open, marginMs, quarantined } = options
  const at = options.at.getTime()
  const openIds = new Set(open.map(nameOf))
  const causeOf = new Map(open.map((found) => [nameOf(found), found.cause ?? '']))
  const amountOf = new Map(open.map((found) => [nameOf(found), found.amount]))
  const worth = new Map<string, string>()
  const must = new Map<string, FaultKind>()
  const may = new Set<string>()
  for (const line of truth)
    for (const expected of line.expected) {
      const from = Date.parse(expected.visible_at)
      const to = expected.corrected_at === null ? Number.POSITIVE_INFINITY : Date.parse(expected.corrected_at)
      if (from + marginMs <= at && at < to - marginMs) {
        must.set(nameOf(expected), line.kind)
        if (expected.amount !== undefined) worth.set(nameOf(expected), expected.amount)
      }
      if (from - marginMs <= at && at < to + marginMs) may.add(nameOf(expected))
    }
  const missed = [...must].filter(([id]) => !openIds.has(id))
  const wrong = [...openIds].filter((id) => !may.has(id))
  const miscaused = [...must].filter(([id, kind]) => openIds.has(id) && causeOf.get(id) !== rightCause[kind])
  const judged = [...worth].filter(([id]) => amountOf.get(id) !== undefined)
  const misvalued = judged.filter(([id, amount]) => plain(amountOf.get(id) ?? '') !== plain(amount))
  const kindOf = new Map(
    truth.flatMap((line) => line.expected.map((expected) => [nameOf(expected), line.kind] as const)),
  )
  const rows = faultKinds.map((kind): KindRow => {
    const lines = truth.filter((line) => line.kind === kind && Date.parse(line.injected_at) <= at)
    const expected = [...must.values()].filter((each) => each === kind).length
    const lost = missed.filter(([, each]) => each === kind).length
    return {
      kind,
      injected: lines.length,
      covered: lines.filter((line) => line.expected.length > 0).length,
      expected,
      found: expected - lost,
      missed: lost,
      false: wrong.filter((id) => kindOf.get(id) === kind).length,
      caused: expected - lost - miscaused.filter(([, each]) => each === kind).length,
    }
  })
  const stamped = truth.filter((line) => Date.parse(line.injected_at) + marginMs <= at)
  return {
    rows,
    missed: missed.map(([id, kind]) => `${kind}: ${id}`),
    false: wrong,
    miscaused: miscaused.map(([id, kind]) => `${kind}: ${id}: ${causeOf.get(id) || 'none'}`),
    misvalued: misvalued.map(([id, amount]) => `${must.get(id)}: ${id}: ${amountOf.get(id)}, not ${amount}`),
    valued: judged.length - misvalued.length,
    unquarantined: quarantined
      ? stamped.flatMap((line) => line.quarantined).filter((id) => !quarantined.has(id))
      : [],
  }
}

/** Plants whose gateway holds events back at `at`, or did until just before: no run speaks of them then. */
export function heldPlants(truth: TruthLine[], at: Date, marginMs: number): string[] {
  return truth
    .filter((line) => line.kind === 'delayed_edge' && Date.parse(line.injected_at) <= at.getTime())
    .filter((line) => line.corrected_at === null || at.getTime() < Date.parse(line.corrected_at) + marginMs)
    .map((line) => line.plant)
}

/** Several reports as one. */
export const addUp = (reports: readonly TruthReport[]): TruthReport => ({
  rows: (reports[0]?.rows ?? []).map(({ kind }) => {
    const same = reports.flatMap((report) => report.rows.filter((row) => row.kind === kind))
    const sum = (pick: (row: KindRow) => number) => same.reduce((total, row) => total + pick(row), 0)
    return {
      kind,
      injected: sum((row) => row.injected),
      covered: sum((row) => row.covered),
      expected: sum((row) => row.expected),
      found: sum((row) => row.found),
      missed: sum((row) => row.missed),
      false: sum((row) => row.false),
      caused: sum((row) => row.caused),
    }
  }),
  missed: reports.flatMap((report) => report.missed),
  false: reports.flatMap((report) => report.false),
  miscaused: reports.flatMap((report) => report.miscaused),
  misvalued: reports.flatMap((report) => report.misvalued),
  valued: reports.reduce((sum, report) => sum + report.valued, 0),
  unquarantined: reports.flatMap((report) => report.unquarantined),
})

/** The report as a table of text. */
export function writeReport(report: TruthReport): string {
  const columns = ['injected', 'covered', 'expected', 'found', 'missed', 'false'] as const
  const total = (column: (typeof columns)[number] | 'caused') =>
    report.rows.reduce((sum, row) => sum + row[column], 0)
  const line = (name: string, values: (string | number)[]) =>
    name.padEnd(22) + values.map((value) => String(value).padStart(9)).join('')
  const share = (found: number, expected: number) =>
    expected === 0 ? '–' : `${((100 * found) / expected).toFixed(1)} %`
  const recall = total('expected') === 0 ? 1 : total('found') / total('expected')
  return [
    line('fault', [...columns, 'recall', 'cause']),
    ...report.rows.map((row) =>
      line(row.kind, [
        ...columns.map((column) => row[column]),
        share(row.found, row.expected),
        share(row.caused, row.found),
      ]),
    ),
    line('of no fault', ['', '', '', '', '', report.false.length - total('false'), '']),
    line('all', [
      ...columns.map((column) => (column === 'false' ? report.false.length : total(column))),
      share(total('found'), total('expected')),
      share(total('caused'), total('found')),
    ]),
    '',
    `recall ${(recall * 100).toFixed(1)} %, ${report.false.length} false, ${report.unquarantined.length} missing in quarantine`,
    `the right cause at rank 1: ${total('caused')} of ${total('found')}, ${share(total('caused'), total('found'))}`,
    `the amount exact: ${report.valued} of ${report.valued + report.misvalued.length}`,
    ...report.missed.map((text) => `  missed  ${text}`),
    ...report.false.map((text) => `  false   ${text}`),
    ...report.miscaused.map((text) => `  cause   ${text}`),
    ...report.misvalued.map((text) => `  amount  ${text}`),
    ...report.unquarantined.map((id) => `  not in quarantine  ${id}`),
  ].join('\n')
}

/** Decimal text without what says nothing. */
const plain = (amount: string): string => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount)

const nameOf = ({ check, plant, key, class: name }: OpenCase): string => `${check} ${plant} ${key} ${name}`
