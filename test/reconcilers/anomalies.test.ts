import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAnomalies } from '../../reconcilers/anomalies.ts'
import { listPastHours } from '../../reconcilers/anomaly-past.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import { type Line, loadSegment } from '../support/quality.ts'
import { openEmptyStore } from '../support/store.ts'

/**
 * Four weeks of traffic that swings with the day, each plant by a seed of its own: the plants S1 to S5 stay as they are;
 * in each of the others one thing happens in one hour, and is over in the next.
 */
const hourMs = 3_600_000
const steady = ['S1', 'S2', 'S3', 'S4', 'S5']
const events = ['STOP', 'FLOOD', 'SLOW', 'BAD', 'TWICE', 'LATE', 'LOST'] as const
const plants = [...steady, ...events]
const end = Date.UTC(2026, 9, 28, 12)
const eventAt = end - 6 * hourMs
const estate = parseEstate(`
name: Anomalies
currency: EUR
plants:
${plants.map((plant) => `  - { plant: ${plant}, name: ${plant}, time_zone: UTC, currency: EUR }`).join('\n')}
systems: [{ system: crm, name: CRM, role: crm }, { system: wms, name: WMS, role: wms }]
teams: [{ team: ops, name: Operations }]
sources: [{ source: crm, kind: events, system: crm }, { source: wms, kind: events, system: wms }]
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 4h } }
checks: []
`)

/** Numbers from 0 to 1, the same for the same seed. */
function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The orders of a plant in an hour: as many as chance makes of the mean, each shipped after some 10 minutes. */
function planHour(plant: string, at: number, chance: () => number): Line[] {
  const isEvent = at === eventAt
  const mean = (steady.includes(plant) ? 30 : 60) * (1 + 0.5 * Math.sin((at / hourMs / 12) * Math.PI))
  const wanted = isEvent && plant === 'STOP' ? 0 : isEvent && plant === 'FLOOD' ? mean * 10 : mean
  let count = 0
  const wait = () => -Math.log(1 - chance())
  for (let sum = wait(); sum < wanted; sum += wait()) count++
  return Array.from({ length: count }, (_, index) => {
    const key = `${plant}-${at}-${index}`
    const from = at + chance() * hourMs * 0.4
    // shipped in the same hour, so that what is slow is so in the hour named
    const latency = (2 + 2 * chance()) * 60_000 * (isEvent && plant === 'SLOW' ? 5 : 1)
    const base = { plant, flow: 'order_to_cash', key }
    const order: Line = {
      ...base,
      source: 'crm',
      stage: 'ordered',
      event_id: `c-${key}`,
      occurred_at: new Date(from),
    }
    const shipment: Line = {
      ...base,
      source: 'wms',
      stage: 'shipped',
      event_id: `w-${key}`,
      occurred_at: new Date(from + latency),
    }
    if (isEvent && plant === 'BAD' && index % 3 === 0) order.kind = 'quarantine'
    if (isEvent && plant === 'LATE' && index % 3 === 0) order.received_at = new Date(from + 2 * hourMs)
    if (isEvent && plant === 'LOST' && index % 3 === 0) return [order]
    const again = isEvent && plant === 'TWICE' && index % 3 === 0 ? [order] : []
    return [order, ...again, shipment]
  }).flat()
}

let store: Store
const folder = mkdtempSync(join(tmpdir(), 'plumbline-anomalies-'))
const watermark = (source: string, plant: string, at: number): Line => ({
  kind: 'watermark',
  source,
  plant,
  occurred_at: new Date(at),
})
beforeAll(async () => {
  store = await openEmptyStore()
  await writeHandoffs(store, handoffRows(estate, new Date()))
  for (const [seed, plant] of plants.entries()) {
    const chance = createChance(seed + 1)
    const lines: Line[] = []
    for (let at = end - 28 * 24 * hourMs; at < end; at += hourMs) {
      // of an eventful plant only the days that its last two are compared with
      const age = (end - at) / hourMs
      if (steady.includes(plant) || age % 168 <= 48) lines.push(...planHour(plant, at, chance))
    }
    await loadSegment(store, folder, plant, lines)
  }
  await loadSegment(
    store,
    folder,
    'watermarks',
    plants.flatMap((plant) => [
      watermark('crm', plant, end),
      // one hour of this plant is not complete
      watermark('wms', plant, plant === 'S1' ? end - hourMs / 2 : end),
    ]),
  )
}, 240_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

type Step = { measure: string; plant: string; stage: string; hour: string; state: string; basis: string }
const readSteps = () =>
  store.rows<Step>(
    'SELECT measure, plant, stage, hour, state, basis FROM findings FINAL ORDER BY plant, measure, stage, hour',
  )
const readJudged = async (plant: string) =>
  (
    await store.rows<{ hours: number; last: string }>(
      'SELECT toUInt32(count()) AS hours, max(hour) AS last FROM hours_judged FINAL WHERE plant = {plant:String}',
      { plant },
    )
  )[0]

describe('hours are compared with their past', () => {
  beforeAll(async () => {
    await createAnomalies(estate, store).judge(new Date(end))
  }, 240_000)

  test('a steady week has no finding, whatever the seed', async () => {
    const steps = await readSteps()
    expect(steps.filter((step) => steady.includes(step.plant))).toEqual([])
    expect(await readJudged('S2')).toMatchObject({ hours: 7 * 24 })
  })

  test.each([
    [
      'STOP',
      [
        ['volume', 'ordered'],
        ['volume', 'shipped'],
      ],
    ],
    [
      'FLOOD',
      [
        ['volume', 'ordered'],
        ['volume', 'shipped'],
      ],
    ],
    ['SLOW', [['latency', 'shipped']]],
    ['BAD', [['quarantined', 'ordered']]],
    ['TWICE', [['repeated', 'ordered']]],
    ['LATE', [['late', 'ordered']]],
    // what was not shipped is missed when it was due
    ['LOST', [['incomplete', 'shipped']], 4],
  ] as const)(
    '%s is found in its hour, and is over in the next',
    async (plant, places, dueAfter: number = 0) => {
      const steps = (await readSteps()).filter((step) => step.plant === plant)
      const expected = places.flatMap(([measure, stage]) =>
        (['opened', 'ended'] as const).map((state, later) => ({
          measure,
          plant,
          stage,
          state,
          hour: new Date(eventAt + (dueAfter + later) * hourMs).toISOString().replace('.000', ''),
          basis: 'weeks',
        })),
      )
      expect(steps).toEqual(expected)
    },
  )

  test('judged again, nothing is found twice', async () => {
    const before = await readSteps()
    expect(await createAnomalies(estate, store).judge(new Date(end))).toBe(0)
    expect(await readSteps()).toEqual(before)
  })

  test('an hour waits until every source of its plant is complete', async () => {
    const isoHour = (at: number) => new Date(at).toISOString().replace('.000', '')
    expect((await readJudged('S1'))?.last).toBe(isoHour(end - 2 * hourMs))
    await loadSegment(store, folder, 'complete', [watermark('wms', 'S1', end)])
    // it had been silent for hours, so it is believed once it has settled
    await createAnomalies(estate, store).judge(new Date(end))
    expect((await readJudged('S1'))?.last).toBe(isoHour(end - 2 * hourMs))
    await createAnomalies(estate, store).judge(new Date(end + 60_000))
    expect((await readJudged('S1'))?.last).toBe(isoHour(end - hourMs))
  })
})

describe('the same hour of the past', () => {
  const hoursOf = (seconds: number[], timeZone: string) =>
    seconds.map((at) =>
      new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit' }).format(at * 1000),
    )

  test.each(['Europe/Berlin', 'America/Monterrey', 'America/New_York', 'UTC'])(
    'is the same by the clock of %s, across a change of it',
    (timeZone) => {
      for (let at = Date.UTC(2026, 9, 24, 9); at < Date.UTC(2026, 10, 4); at += 7 * hourMs) {
        const { weeks, days } = listPastHours(new Date(at), timeZone)
        const [now = ''] = hoursOf([at / 1000], timeZone)
        expect(new Set(hoursOf(weeks, timeZone))).toEqual(new Set([now]))
        const isWeekend = /^S/.test(now)
        expect(hoursOf(days, timeZone).every((past) => past.slice(-2) === now.slice(-2))).toBe(true)
        expect(hoursOf(days, timeZone).every((past) => /^S/.test(past) === isWeekend)).toBe(true)
        expect(days.length).toBe(isWeekend ? 8 : 20)
      }
    },
  )
})
