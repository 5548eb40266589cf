import type { Estate } from '../core/estate.ts'
import { openBooks, openingFacts, openingType } from './books.ts'
import {
  type CloudEventJson,
  type Effect,
  hour,
  iso,
  minute,
  type SpanPlan,
  type States,
  type TruthLine,
} from './effects.ts'
import { type Claims, openFaultBook } from './faults.ts'
import { Heap } from './heap.ts'
import { openMasters } from './masters.ts'
import { describePlants, type Plant, sliceOf } from './plants.ts'
import { openQueues, type QueueDepth } from './queues.ts'
import { createRandom } from './random.ts'
import { openLostMessages, type Resend } from './replay-lost.ts'
import { planSalesOrder } from './sales.ts'
import { type Sim, series } from './sim.ts'
import { planSlips } from './slips.ts'
import { planStockroom, stockTargets } from './stockroom.ts'
import { openTrace } from './traces.ts'
import { planWindows } from './windows.ts'

export type WorldOptions = {
  estate: Estate
  seed: number
  /** when the simulated company begins, ms */
  epoch: number
  /** when its back-fill ends: an interface failure is under way then */
  storyAt: number
  /** 1 is about 400 sales orders on a working day */
  rate: number
  /** 1 is the usual rate of faults, 0 none */
  faultRate: number
}

/** What happened since the last advance: events in the order in which each system lets them go. */
export type Advance = { events: CloudEventJson[]; spans: SpanPlan[]; truth: TruthLine[] }

export type World = {
  /** Lets time pass until `to` (ms, excluded), and no further back than it is. */
  advance(to: number): Advance
  /** Up to when each system and plant is complete at `at`: a heartbeat each. */
  watermarks(at: number): CloudEventJson[]
  /** How many messages wait in the hub's queues now that time has passed so far. */
  queues(): QueueDepth[]
  /** When history that is being sent should pause: a gateway is cut off then, and is seen to be. */
  breakAt: number | undefined
  /** What the hub makes of being asked for a message again now that time has passed so far. */
  resend(asked: Omit<Resend, 'at'>): { taken: boolean; reason: string }
  /** On hand in a system's books; for tests. */
  quantity(system: string, plant: string, location: string, item: string): number
}

export const watermarkType = 'com.plumbline.watermark.v1'
const ordersPerDay = 400

export type Entry = { at: number; sequence: number } & (
  | { kind: 'effect'; effect: Effect; id: string }
  | { kind: 'event'; event: CloudEventJson }
  | { kind: 'span'; span: SpanPlan }
  | { kind: 'truth'; truth: TruthLine }
)

/**
 * The simulated company. A pure function of its options: however often and in what steps it is advanced, the same
 * events, spans and faults come out, with the same ids. It reads no clock and no other source of chance.
 */
export function createWorld(options: WorldOptions): World {
  const { estate, seed, epoch, storyAt, rate, faultRate } = options
  const plants = describePlants(estate)
  const storyPlant = plants[0]?.plant ?? ''
  const windows = planWindows({ seed, epoch, storyAt, storyPlant, faultRate })
  const queue = new Heap<Entry>()
  const hubQueues = openQueues()
  const lost = openLostMessages(queue)
  let passedTo = epoch
  // before whatever else happens at the moment the gateway lets go
  let heldSequence = -(2 ** 40)
  const claims: Claims = new Map()
  /** How a part of the company acts, under numbers of its own from `first` on. */
  const openActs = (first: number) => {
    let sequence = first
    const push = (at: number, entry: EntryBody) => queue.push({ at, sequence: sequence++, ...entry } as Entry)
    return {
      faults: openFaultBook({
        estate,
        windows,
        faultRate,
        claims,
        emit: (at, truth) => push(at, { kind: 'truth', truth }),
      }),
      emit: (effect: Effect) => {
        const id = `${effect.system}-${sequence}`
        const at = Math.round(effect.at)
        push(at, { kind: 'effect', effect: { ...effect, at }, id })
        return id
      },
      trace: (plant: Plant, flow: string, key: string, step: string) =>
        openTrace(
          { seed, plant: plant.plant, flow, key, step },
          (span) => push(span.end, { kind: 'span', span }),
          hubQueues.add,
        ),
    }
  }
  const onHand = new Map<string, number>()
  const partnerOf = new Map<string, string>()
  const numbers = { ...series }
  const sim: Sim = {
    plants,
    windows,
    planned: {
      get: (plant, item) => onHand.get(`${plant} ${item}`) ?? 0,
      add: (plant, item, quantity) =>
        onHand.set(`${plant} ${item}`, (onHand.get(`${plant} ${item}`) ?? 0) + quantity),
    },
    inspectedUntil: new Map(),
    concern: (key, partner) => partnerOf.set(key, partner),
    number: (name) => numbers[name]++,
    ...openActs(0),
  }
  // what goes wrong by itself comes last, so that no id of what happens anyway depends on it
  const besides: Sim = { ...sim, ...openActs(2 ** 41) }
  const targets = new Map(plants.map((plant) => [plant.plant, stockTargets(plant, ordersPerDay * rate)]))
  const targetOf = (plant: Plant) => targets.get(plant.plant) as Map<string, number>
  const books = openBooks(plants, (plant, item) => targetOf(plant).get(item) as number)
  // after whatever else happens at a moment, under numbers of their own: no other id depends on them
  let masterSequence = 2 ** 40
  const pushMaster = (at: number, entry: EntryBody) =>
    queue.push({ at, sequence: masterSequence++, ...entry } as Entry)
  const masters = openMasters({
    seed,
    epoch,
    storyAt,
    plants,
    windows,
    isCalm: faultRate === 0,
    faults: openFaultBook({
      estate,
      windows,
      faultRate,
      emit: (at, truth) => pushMaster(at, { kind: 'truth', truth }),
    }),
    emitEvent: (at, event) => pushMaster(at, { kind: 'event', event }),
    emitSpan: (span) => pushMaster(span.end, { kind: 'span', span }),
  })
  openPlants()
  masters.open()

  function openPlants(): void {
    for (const plant of plants) {
      for (const [item, quantity] of targetOf(plant)) sim.planned.add(plant.plant, item, quantity)
      const shared = {
        at: epoch,
        plant: plant.plant,
        key: `OPEN-${plant.plant}`,
        facts: openingFacts(plant, epoch),
      }
      for (const system of ['erp', plant.wms]) sim.emit({ ...shared, system, type: openingType })
    }
  }

  /** Plans everything that begins in one hour. */
  function planSlice(slice: number): void {
    const from = Math.max(slice * hour, epoch)
    const length = (slice + 1) * hour - from
    masters.planSlice(slice, from, length)
    const orders: { at: number; plant: Plant }[] = []
    for (const plant of plants) {
      const random = createRandom(seed, 'orders', plant.plant, slice)
      // around the story its plant works at full pace, whatever the time of day is there
      const isStory = plant.plant === storyPlant && from > storyAt - 6 * hour && from < storyAt + 2 * hour
      const busy = Math.max(plant.busy(from), isStory ? 2.2 : 0)
      const mean = ((ordersPerDay * rate * plant.share) / 24) * busy * (length / hour)
      for (let count = random.poisson(mean); count > 0; count--)
        orders.push({ at: Math.floor(from + 1_000 + random.next() * (length - 1_000)), plant })
    }
    orders.sort((left, right) => left.at - right.at)
    for (const [index, { at, plant }] of orders.entries())
      planSalesOrder(sim, plant, at, createRandom(seed, 'order', slice, index))
    for (const plant of plants) {
      planStockroom(
        sim,
        plant,
        targetOf(plant),
        from + 5 * minute,
        rate,
        createRandom(seed, 'stock', plant.plant, slice),
      )
      if (faultRate === 0) continue
      planSlips(besides, plant, seed, slice, from + 5 * minute)
      for (const held of windows.holdsFrom(plant.plant, from, from + length))
        sim.faults.record({
          id: held.id,
          kind: 'delayed_edge',
          plant: plant.plant,
          injectedAt: held.from,
          findings: [],
          until: held.to,
        })
    }
  }

  let nextSlice = sliceOf(epoch)
  return {
    advance: (to) => {
      const done: Advance = { events: [], spans: [], truth: [] }
      for (; nextSlice * hour < to; nextSlice++) planSlice(nextSlice)
      hubQueues.passTo(to)
      passedTo = Math.max(passedTo, to)
      for (let next = queue.peek(); next && next.at < to; next = queue.peek()) {
        const entry = queue.pop() as Entry
        lost.see(entry)
        if (entry.kind === 'span') done.spans.push(entry.span)
        else if (entry.kind === 'truth') done.truth.push(entry.truth)
        else if (entry.kind === 'event') done.events.push(entry.event)
        else {
          const { effect } = entry
          const event = describeEvent(
            effect,
            entry.id,
            partnerOf.get(effect.key),
            books.post(effect, entry.sequence),
          )
          const held = effect.system.startsWith('wms') ? windows.heldAt(effect.plant, effect.at) : undefined
          // what is held back keeps its place in the order of its system
          if (held) queue.push({ at: held.to, sequence: heldSequence++, kind: 'event', event })
          else done.events.push(event)
        }
      }
      return done
    },
    watermarks: (at) => [
      ...['crm', 'erp'].map((system) => watermark(system, undefined, at)),
      ...plants.map((plant) =>
        watermark(plant.wms, plant.plant, windows.heldAt(plant.plant, at - 1)?.from ?? at),
      ),
    ],
    queues: hubQueues.depths,
    breakAt: masters.breakAt,
    resend: (asked) => lost.resend(asked, passedTo),
    quantity: books.quantity,
  }
}

type EntryBody = Entry extends infer Each
  ? Each extends Entry
    ? Omit<Each, 'at' | 'sequence'>
    : never
  : never

function describeEvent(
  effect: Effect,
  id: string,
  partner: string | undefined,
  states: States | undefined,
): CloudEventJson {
  const event: CloudEventJson = {
    specversion: '1.0',
    id,
    source: effect.system,
    type: effect.type,
    subject: effect.key,
    time: iso(effect.stamp ?? effect.at),
    plant: effect.plant,
    datacontenttype: 'application/json',
    data: states ? { ...effect.facts, states } : effect.facts,
  }
  if (partner) event.partner = partner
  if (effect.schema) event.dataschema = effect.schema
  if (effect.traceparent) event.traceparent = effect.traceparent
  return event
}

const watermark = (system: string, plant: string | undefined, at: number): CloudEventJson => ({
  specversion: '1.0',
  id: `${system}-complete-${at}`,
  source: system,
  type: watermarkType,
  time: iso(at),
  ...(plant === undefined ? {} : { plant }),
})
