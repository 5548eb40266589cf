import { type CloudEventJson, hour, iso, minute, type SpanPlan, type States, second } from './effects.ts'
import type { FaultBook } from './faults.ts'
import { changeRecord, type MasterKind, type MasterRecord, openRecords, reasonOf } from './master-records.ts'
import { type Fate, planStories } from './master-stories.ts'
import { recordLate, recordMistyped } from './master-truth.ts'
import type { Plant } from './plants.ts'
import { createRandom, type Random } from './random.ts'
import { delayOf } from './sim.ts'
import { openTrace, traceReceiving, traceRefusals, traceSending } from './traces.ts'
import type { Windows } from './windows.ts'

/** When each consumer took a version over, not those that rejected it; and when what it mistyped was mended. */
export type Taken = { crm?: number; wms?: number; mended?: number }

type Options = {
  seed: number
  epoch: number
  storyAt: number
  plants: Plant[]
  windows: Windows
  /** nothing goes wrong */
  isCalm: boolean
  faults: FaultBook
  emitEvent(at: number, event: CloudEventJson): void
  emitSpan(span: SpanPlan): void
}

/** How often a day a plant's masters of a kind change, and who takes them over. */
const manners: Record<
  MasterKind,
  { perDay: number; doing: string; ahead: number; crm: boolean; wms: boolean }
> = {
  items: { perDay: 5, doing: 'change item', ahead: 0.4, crm: true, wms: true },
  partners: { perDay: 3, doing: 'change partner', ahead: 0, crm: true, wms: true },
  prices: { perDay: 9, doing: 'change price', ahead: 0.7, crm: true, wms: false },
}
const kinds = Object.keys(manners) as MasterKind[]

/**
 * The masters of the simulated company: the ERP states new versions now and then, CRM and WMS take them over within
 * minutes; some come late, some are rejected and corrected hours later, and a WMS behind a gateway that is cut off takes
 * them when it is back. All of it from random streams of its own, so that nothing else depends on it.
 */
export function openMasters(options: Options) {
  const { seed, epoch, storyAt, plants, windows, isCalm, faults, emitEvent, emitSpan } = options
  let count = 0
  const records = new Map<string, MasterRecord[]>()
  /** a record that somebody has not taken over yet is left alone until then */
  const busyUntil = new Map<MasterRecord, number>()
  const { stories, breakAt } = isCalm
    ? { stories: [], breakAt: undefined }
    : planStories(plants, windows, epoch, storyAt)

  const say = (
    at: number,
    system: string,
    plant: Plant,
    type: string,
    subject: string,
    states: States,
    traceparent?: string,
  ) => {
    const event: CloudEventJson = {
      specversion: '1.0',
      id: `${system}-master-${count++}`,
      source: system,
      type,
      subject,
      time: iso(at),
      plant: plant.plant,
      datacontenttype: 'application/json',
      data: { states },
    }
    emitEvent(at, traceparent ? { ...event, traceparent } : event)
  }

  function open(plant: Plant): void {
    const random = createRandom(seed, 'masters', plant.plant)
    const opened = openRecords(plant, random)
    records.set(plant.plant, opened)
    const rowsOf = (taken: MasterKind[]) =>
      Object.fromEntries(
        taken.map((kind) => [kind, opened.filter((one) => one.kind === kind).map((one) => ({ ...one.row }))]),
      )
    const subject = `MASTERS-${plant.plant}`
    say(epoch, 'erp', plant, 'erp.masters.opened.v1', subject, rowsOf(kinds))
    for (const system of ['crm', plant.wms]) {
      const at = held(plant, system, epoch + Math.round(random.lognormal(80, 0.4)) * second)
      const taken = kinds.filter((kind) => manners[kind][system === 'crm' ? 'crm' : 'wms'])
      say(at, system, plant, 'masters.accepted.v1', subject, rowsOf(taken))
    }
  }

  /** What a WMS does while its gateway is cut off it does when the gateway is back. */
  function held(plant: Plant, system: string, at: number): number {
    const window = system === plant.wms ? windows.heldAt(plant.plant, at) : undefined
    return window ? window.to + 20 * second + (at % 60) * second : at
  }

  function planChange(
    plant: Plant,
    record: MasterRecord,
    at: number,
    random: Random,
    fateOf: (role: 'crm' | 'wms') => Fate,
    mayBeAhead = true,
  ): Taken {
    const { kind, key } = record
    const { doing, ahead, crm, wms } = manners[kind]
    const before = { ...record.row }
    changeRecord(record, random)
    if (mayBeAhead && random.chance(ahead))
      record.row.effective_at = iso((Math.floor(at / hour) + random.int(2, 40)) * hour)
    else delete record.row.effective_at
    const row = { ...record.row }
    const trace = openTrace(
      { seed, plant: plant.plant, flow: '', key, step: `${kind} ${plant.plant} ${record.version}` },
      emitSpan,
      () => undefined,
    )
    const from = { system: 'erp', doing, inside: 'check and number the version' }
    const { sent, topic } = traceSending(trace, kind, from, at, at + 40)
    say(at, 'erp', plant, `erp.${kind}.changed.v1`, key, { [kind]: [row] }, sent)
    let correctAt = 0
    const taken: Taken = {}
    const fates: Fate[] = []
    for (const role of ['crm', 'wms'] as const) {
      if (!(role === 'crm' ? crm : wms)) continue
      const system = role === 'crm' ? 'crm' : plant.wms
      const fate = fateOf(role)
      fates.push(fate)
      const delay = delayFor(fate, random)
      // cut off when the version comes, or when it would be taken over
      const heardAt = held(plant, system, at + 2 * second)
      const takenAt = held(plant, system, Math.max(heardAt, at + Math.round(delay)))
      const to = { system, doing: `take over ${kind}`, inside: 'check and store' }
      if (fate === 'rejected') {
        const reason = reasonOf(kind, random)
        traceRefusals(trace, kind, topic, to, [takenAt - 1_500], { type: 'ValidationError', message: reason })
        const rejection = { master: kind, master_key: key, master_version: String(record.version), reason }
        say(takenAt, system, plant, 'masters.rejected.v1', key, { master_rejections: [rejection] }, sent)
        correctAt = takenAt + (4 + random.next() * 9) * hour
        continue
      }
      const consumed = trace.span(topic, 'hub', 'CONSUMER', `process ${kind}`, takenAt - 420, takenAt + 4)
      const call = trace.span(consumed, 'hub', 'CLIENT', to.doing, takenAt - 400, takenAt + 2, {
        peer: system,
      })
      const arrived = traceReceiving(trace, to, call, takenAt - 380, takenAt)
      taken[role] = takenAt
      const mistyped = role === 'wms' && fate === 'soon' && mayMistype(record, random)
      const stored = mistyped ? { ...row, pack_factor: '10' } : row
      say(takenAt, system, plant, 'masters.accepted.v1', key, { [kind]: [stored] }, arrived)
      if (!mistyped) continue
      const mendedAt = recordMistyped(faults, plant, record, takenAt, random)
      say(mendedAt, system, plant, 'masters.corrected.v1', key, { [kind]: [row] })
      taken.mended = mendedAt
    }
    const last = Math.max(...Object.values(taken), 0)
    const correction = Math.max(Math.round(correctAt), last + second)
    const corrected =
      correctAt === 0 ? {} : planChange(plant, record, correction, random, () => 'soon', false)
    if (correctAt === 0) busyUntil.set(record, last)
    const isLate = fates.some((fate) => fate !== 'soon')
    recordLate(faults, plant, record, { at, before, row, taken, correction, corrected, isLate })
    return taken
  }

  /** A warehouse that keeps its own pack units may type one of them wrong. */
  const mayMistype = ({ row }: MasterRecord, random: Random) =>
    row.pack_unit !== undefined && random.chance(0.12) && !isCalm

  return {
    open: () => plants.forEach(open),
    /** Plans the changes of one hour. */
    planSlice: (slice: number, from: number, length: number): void => {
      for (const plant of plants) {
        const random = createRandom(seed, 'masters', plant.plant, slice)
        for (const kind of kinds) {
          const mean = ((manners[kind].perDay / 24) * Math.min(plant.busy(from), 2) * length) / hour
          const changes: { at: number; fateOf: (role: 'crm' | 'wms') => Fate; isTold: boolean }[] =
            Array.from({ length: random.poisson(mean) }, () => ({
              at: Math.round(from + 5 * second + random.next() * (length - 5 * second)),
              fateOf: () => (isCalm ? 'soon' : drawFate(random)),
              isTold: false,
            }))
          for (const story of stories)
            if (
              story.plant === plant.plant &&
              story.kind === kind &&
              story.at >= from &&
              story.at < from + length
            )
              changes.push({ at: story.at, fateOf: (role) => story[role], isTold: true })
          for (const { at, fateOf, isTold } of changes.sort((left, right) => left.at - right.at)) {
            const free = (records.get(plant.plant) ?? []).filter(
              (one) => one.kind === kind && (busyUntil.get(one) ?? 0) < at,
            )
            if (free.length > 0) planChange(plant, random.pick(free), at, random, fateOf, !isTold)
          }
        }
      }
    },
    /** When history that is being sent should pause, so that a gateway is seen to be cut off. */
    breakAt,
  }
}

const drawFate = (random: Random): Fate => {
  const drawn = random.next()
  return drawn < 0.025 ? 'missing' : drawn < 0.075 ? 'late' : drawn < 0.105 ? 'rejected' : 'soon'
}

const delayFor = (fate: Fate, random: Random): number =>
  fate === 'missing'
    ? (5 + random.next() * 9) * hour
    : fate === 'late'
      ? (20 + random.next() * 130) * minute
      : delayOf(random, 60, 240)
