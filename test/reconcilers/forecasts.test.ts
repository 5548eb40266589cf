import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createForecasts } from '../../reconcilers/forecasts.ts'
import { createCalendar } from '../../server/core/calendar.ts'
import { parseEstate } from '../../server/core/estate.ts'
import type { Store } from '../../sql/store.ts'
import { goodEstate } from '../core/estate-text.ts'
import { openEmptyStore } from '../support/store.ts'

// Which cases will be late at the present pace, on the real engine. Hamburg works in shifts, Sheffield always.
const estate = parseEstate(goodEstate)
const hour = 3_600_000
// a forecast that is not renewed is none: it is reckoned as of now
const now = Math.floor(Date.now() / 1000) * 1000
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  for (const table of ['exception_cases', 'case_forecasts']) await store.command(`TRUNCATE TABLE ${table}`)
})
afterAll(() => store.close())

/** A case; hours are counted from now, what is past is negative. */
type Known = {
  plant: string
  team: string
  severity: string
  opened: number
  taken: number | null
  closed: number | null
  takeBy: number | null
  mendBy: number | null
  paused: boolean
}
const usual: Known = {
  plant: 'SHF',
  team: 'ops',
  severity: 'high',
  opened: -1,
  taken: -1,
  closed: null,
  takeBy: null,
  mendBy: null,
  paused: false,
}
const moment = (hours: number | null) => (hours === null ? null : new Date(now + hours * hour).toISOString())
const keep = (cases: Partial<Known>[]) =>
  store.insert(
    'exception_cases',
    cases
      .map((each) => ({ ...usual, ...each }))
      .map((each, index) => ({
        number: index + 1,
        check: 'inventory_on_hand',
        plant: each.plant,
        team: each.team,
        severity: each.severity,
        state: each.closed === null ? 'open' : 'closed',
        status: each.closed === null ? 'open' : 'closed',
        opened_at: moment(each.opened),
        acknowledged_at: moment(each.taken),
        closed_at: moment(each.closed),
        acknowledge_due: moment(each.takeBy),
        resolve_due: moment(each.mendBy),
        paused: each.paused ? 'the supplier is asked' : '',
        revision: 1,
      })),
  )
const reckon = async (after = 0) => {
  await createForecasts(estate, store).reckon(new Date(now + after))
  const numbers = Array.from({ length: 200 }, (_, index) => index + 1)
  const rows = await store.query('case_forecasts', { numbers })
  return rows
    .map((row) => ({ ...row, number: Number(row.number), expected: Date.parse(row.expected_at) }))
    .sort((a, b) => a.number - b.number)
}

test('what a team has to do before it, at the pace of its last working days', async () => {
  // one every twelve hours, each within the hour
  const done = Array.from({ length: 12 }, (_, index) => ({
    opened: -12 * index - 1.5,
    taken: -12 * index - 1.5,
    closed: -12 * index - 0.5,
  }))
  await keep([
    { mendBy: 30 },
    { mendBy: 10 },
    { mendBy: 23 },
    // a paused one is nobody's next, one that is late already is; both are no forecast
    { mendBy: 1, paused: true },
    { mendBy: -1 },
    ...done,
  ])
  const found = await reckon()
  expect(
    found.map(({ number, clock, place, done, done_in_ms, expected }) => [
      number,
      clock,
      place,
      done,
      Number(done_in_ms) / hour,
      (expected - now) / hour,
    ]),
  ).toEqual([
    [1, 'resolve', 4, 10, 120, 48],
    [2, 'resolve', 2, 10, 120, 24],
    [3, 'resolve', 3, 10, 120, 36],
  ])
})

test('what cases like it take, when those of its team and severity are enough to say', async () => {
  const done = (hours: number, severity: string) =>
    Array.from({ length: 5 }, (_, index) => ({
      severity,
      opened: -400 - index - hours,
      taken: -400 - index - hours,
      closed: -400 - index,
    }))
  await keep([
    { mendBy: 6 },
    { mendBy: 8 },
    { severity: 'low', mendBy: 6 },
    // of its own kind there is none: what all of the check took counts
    { severity: 'critical', mendBy: 2.5 },
    ...done(8, 'high'),
    ...done(3, 'low'),
  ])
  expect(
    (await reckon()).map(({ number, like_cases, expected }) => [number, like_cases, (expected - now) / hour]),
  ).toEqual([
    [1, 5, 7],
    [4, 10, 7],
  ])
})

test('nothing is said of what nothing is known of, and nothing any more once it is over', async () => {
  await keep([{ mendBy: 1 }])
  expect(await reckon()).toEqual([])
  await keep([{ mendBy: 1 }, ...Array.from({ length: 5 }, () => ({ opened: -9, taken: -9, closed: -2 }))])
  expect((await reckon()).map(({ number }) => number)).toEqual([1])
  await store.command('TRUNCATE TABLE exception_cases')
  expect(await reckon(1)).toEqual([])
})

test('the engine says what plain arithmetic on the calendar does', async () => {
  const calendars = new Map(estate.plants.map((plant) => [plant.plant, createCalendar(plant)]))
  const date = (hours: number) => new Date(now + hours * hour)
  const done = fc
    .record({
      plant: fc.constantFrom('HAM', 'SHF'),
      team: fc.constantFrom('ops', 'sales'),
      severity: fc.constantFrom('low', 'high'),
      opened: fc.integer({ min: -900, max: -3 }),
      took: fc.integer({ min: 1, max: 200 }),
      share: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ took, share, ...each }) => {
      const closed = Math.min(-1, each.opened + took)
      return { ...each, closed, taken: each.opened + ((closed - each.opened) * share) / 4 }
    })
  const open = fc.record({
    plant: fc.constantFrom('HAM', 'SHF'),
    team: fc.constantFrom('ops', 'sales'),
    severity: fc.constantFrom('low', 'high', 'critical'),
    opened: fc.integer({ min: -300, max: -1 }),
    taken: fc.constantFrom(null, -0.25),
    takeBy: fc.integer({ min: -5, max: 40 }),
    mendBy: fc.integer({ min: -5, max: 60 }),
    paused: fc.boolean(),
  })
  const scene = fc.record({
    past: fc.array(done, { minLength: 10, maxLength: 60 }),
    future: fc.array(open, { minLength: 5, maxLength: 30 }),
  })

  const reckonPlainly = (cases: Known[]) => {
    const worked = (plant: string, from: number, to: number) =>
      calendars.get(plant)?.workingBetween(date(from), date(to)) ?? 0
    const clocks = (['acknowledge', 'resolve'] as const).flatMap((clock) =>
      cases.map((each, index) => ({
        ...each,
        clock,
        number: index + 1,
        stopped: clock === 'resolve' ? each.closed : (each.taken ?? each.closed),
        due: each.closed !== null || each.paused ? null : clock === 'resolve' ? each.mendBy : each.takeBy,
      })),
    )
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
    const found = new Map<number, { clock: string; due: number; expected: number }>()
    for (const each of clocks) {
      if (each.due === null || each.due <= 0) continue
      const calendar = calendars.get(each.plant)
      if (!calendar) continue
      const past = clocks.filter((other) => other.clock === each.clock && other.stopped !== null)
      const own = past.filter((other) => other.plant === each.plant && other.team === each.team)
      const span = 5 * calendar.day_ms
      const lately = own.filter((other) => worked(each.plant, other.stopped ?? 0, 0) < span).length
      const since = Math.min(...own.map((other) => other.opened))
      const place = clocks.filter(
        (other) =>
          other.clock === each.clock &&
          other.plant === each.plant &&
          other.team === each.team &&
          other.due !== null &&
          (other.due < (each.due ?? 0) || (other.due === each.due && other.number <= each.number)),
      ).length
      const inMs = Math.max(1, Math.min(span, own.length > 0 ? worked(each.plant, since, 0) : span))
      const queue = lately >= 5 ? Math.floor((place * inMs) / lately) : 0
      const took = (some: typeof past) =>
        median(some.map((other) => worked(other.plant, other.opened, other.stopped ?? 0)))
      const like = past.filter((other) => other.team === each.team && other.severity === each.severity)
      const usual = like.length >= 5 ? took(like) : past.length >= 5 ? took(past) : 0
      if (lately < 5 && past.length < 5) continue
      const rest = Math.max(queue, usual - worked(each.plant, each.opened, 0))
      // worked off at the end of a stretch, not at the start of the next
      const expected = calendar.addWorking(new Date(now), Math.max(0, rest)).getTime()
      const due = now + each.due * hour
      const known = found.get(each.number)
      if (
        rest > 0 &&
        expected > due &&
        (!known || due < known.due || (due === known.due && each.clock === 'acknowledge'))
      )
        found.set(each.number, { clock: each.clock, due, expected })
    }
    return [...found]
      .sort(([a], [b]) => a - b)
      .map(([number, { clock, expected }]) => ({ number, clock, expected }))
  }

  let said = 0
  await fc.assert(
    fc.asyncProperty(scene, async ({ past, future }) => {
      const cases = [...future, ...past].map((each) => ({ ...usual, ...each }))
      for (const each of cases) if (each.taken !== null && each.closed === null) each.takeBy = null
      await store.command('TRUNCATE TABLE exception_cases')
      await store.command('TRUNCATE TABLE case_forecasts')
      await keep(cases)
      const found = (await reckon()).map(({ number, clock, expected }) => ({ number, clock, expected }))
      said += found.length
      expect(found).toEqual(reckonPlainly(cases))
    }),
    { numRuns: 15 },
  )
  // how many there are hangs on the hour of the week
  expect(said).toBeGreaterThan(0)
})
