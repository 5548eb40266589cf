import { describe, expect, test } from 'vitest'
import { loadEstate } from '../../server/core/estate.ts'
import { type CloudEventJson, faultKinds, hour, iso, type TruthLine } from '../../server/demo/effects.ts'
import { type Advance, createWorld, watermarkType } from '../../server/demo/world.ts'
import { createOracle } from '../support/oracle.ts'

const estate = loadEstate('server/demo/estate.yaml')
const epoch = Date.UTC(2026, 10, 9, 3, 17)
const week = 168 * hour
const open = (seed: number, more = {}) =>
  createWorld({ estate, seed, epoch, storyAt: epoch + week, rate: 1, faultRate: 1, ...more })

/** Moments at which a run would look: through the week, at its end, and in the live hours after it. */
const moments = [3, 11, 24, 37.4, 52, 71.3, 96, 118.7, 140, 160, 167, 168, 168.3, 168.7, 170, 176, 190].map(
  (hours) => Math.round(epoch + hours * hour),
)

describe.each([1, 2, 7, 42, 4711])('seed %i', (seed) => {
  test('what the checks find is what was injected, at every moment', () => {
    const world = open(seed)
    const oracle = createOracle(estate)
    const truth: TruthLine[] = []
    for (const at of moments) {
      const step = world.advance(at)
      truth.push(...step.truth)
      // what is broken on purpose is quarantined
      const refused = new Set(truth.flatMap((line) => line.quarantined))
      for (const event of step.events) if (!refused.has(event.id)) oracle.apply(event)
      const clocks = new Map(world.watermarks(at).map((event) => [event.plant ?? '', Date.parse(event.time)]))
      for (const { plant } of estate.plants) {
        // a plant whose gateway holds back is not judged
        if ((clocks.get(plant) as number) < at) continue
        const found = oracle.judge(plant, at)
        const expected = new Set(expectedAt(truth, plant, at))
        const missed = [...expected].filter((id) => !found.some((finding) => finding.id === id))
        const extra = found.filter((finding) => !finding.isInGrace && !expected.has(finding.id))
        expect({ at: iso(at), missed, extra: extra.map((finding) => finding.id) }).toEqual({
          at: iso(at),
          missed: [],
          extra: [],
        })
      }
    }
  })

  test('a plausible number is open when the back-fill ends, the failing interface of the first plant among it', () => {
    const truth = open(seed).advance(epoch + week).truth
    const now = new Set(estate.plants.flatMap(({ plant }) => expectedAt(truth, plant, epoch + week)))
    expect(now.size).toBeGreaterThan(20)
    expect(now.size).toBeLessThan(130)
    const stuck = truth.filter((line) => line.kind === 'stuck_interface' && line.plant === 'HAM')
    const ids = stuck.flatMap((line) =>
      line.expected.map((found) => `${found.check} ${found.plant} ${found.key} ${found.class}`),
    )
    expect(ids.filter((id) => now.has(id)).length).toBeGreaterThan(3)
  })
})

test('every kind of fault happens within a week, and what is ahead of its time is the clock fault alone', () => {
  const at = epoch + week
  const { truth, events } = open(3).advance(at)
  expect(new Set(truth.map((line) => line.kind))).toEqual(new Set(faultKinds))
  const ahead = events.filter((event) => isAhead(event, at)).map((event) => event.id)
  const skewed = truth.filter((line) => line.kind === 'clock_skew')
  expect(ahead.sort()).toEqual(skewed.flatMap((line) => line.quarantined).sort())
  expect(ahead.length).toBeGreaterThan(0)
})

test('the same seed and epoch give the same world, in whatever steps time passes', () => {
  const at = epoch + 30 * hour
  const whole = open(5).advance(at)
  const world = open(5)
  const pieces: Advance = { events: [], spans: [], truth: [] }
  for (let to = epoch; to < at; ) {
    to = Math.min(to + 17 * 60_000, at)
    const step = world.advance(to)
    pieces.events.push(...step.events)
    pieces.spans.push(...step.spans)
    pieces.truth.push(...step.truth)
  }
  expect(pieces).toEqual(whole)
  expect(open(6).advance(at).events).not.toEqual(whole.events)
})

test('without faults every system agrees', () => {
  const world = open(1, { faultRate: 0 })
  const at = epoch + 60 * hour
  const step = world.advance(at)
  expect(step.truth).toEqual([])
  const oracle = createOracle(estate)
  for (const event of step.events) oracle.apply(event)
  const found = estate.plants.flatMap(({ plant }) => oracle.judge(plant, at))
  expect(found.filter((finding) => !finding.isInGrace)).toEqual([])
})

test('the books never go below nothing, ids are unique, and each system keeps its order', () => {
  const { events, spans } = open(9).advance(epoch + week)
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
  expect(new Set(spans.map((span) => span.traceId + span.spanId)).size).toBe(spans.length)
  const positions = events.flatMap((event) => event.data?.states?.inventory_positions ?? [])
  expect(positions.filter((row) => Number(row.quantity) < 0)).toEqual([])
  const last = new Map<string, number>()
  let disorder = 0
  for (const event of events.filter((each) => each.data?.states)) {
    const source = `${event.source} ${event.plant}`
    if (Date.parse(event.time) < (last.get(source) ?? 0)) disorder++
    last.set(source, Date.parse(event.time))
  }
  expect(disorder).toBe(0)
  const orders = events.filter((event) => event.type === 'crm.order.created.v1').length
  expect(orders).toBeGreaterThan(1_900)
  expect(orders).toBeLessThan(2_900)
  const perOrder = spans.filter((span) => span.flow === 'order_to_cash').length / orders
  expect(perOrder).toBeGreaterThan(20)
  expect(perOrder).toBeLessThan(48)
})

test('a gateway that holds back says so in its watermark', () => {
  const world = open(1)
  const held = world.advance(epoch + week).truth.find((line) => line.kind === 'delayed_edge')
  expect(held).toBeDefined()
  const within = Date.parse(held?.injected_at ?? '') + 60_000
  const said = world.watermarks(within).find((event) => event.plant === held?.plant)
  expect(said).toMatchObject({ type: watermarkType, time: held?.injected_at })
})

/** Whether a receiver at `at` would find the stamp ahead of its own clock. */
const isAhead = (event: CloudEventJson, at: number) => Date.parse(event.time) > at + estate.allowed_skew

const expectedAt = (truth: TruthLine[], plant: string, at: number): string[] => [
  ...new Set(
    truth.flatMap((line) =>
      line.expected
        .filter((found) => found.plant === plant && Date.parse(found.visible_at) <= at)
        .filter((found) => found.corrected_at === null || at < Date.parse(found.corrected_at))
        .map((found) => `${found.check} ${found.plant} ${found.key} ${found.class}`),
    ),
  ),
]
