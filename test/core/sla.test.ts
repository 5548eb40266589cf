import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alwaysWorking, createCalendar } from '../../server/core/calendar.ts'
import type { Case } from '../../server/core/case.ts'
import { createClocks } from '../../server/core/case-clocks.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { createSla, type SlaCase, type SlaLogRow } from '../../server/core/sla.ts'
import { goodEstate } from './estate-text.ts'

const minute = 60_000
const hour = 60 * minute
/** Hamburg works from 06:00 to 14:00 of its own time, Monday to Friday; Sheffield always. */
const estateOf = (sla = '') => parseEstate(goodEstate + sla)
const usual = createSla(estateOf())
const moment = (text: string) => new Date(text).toISOString()
const at = (text: string) => new Date(text)

/** Of Hamburg, opened on a Tuesday at ten by the plant's clock. */
const opened = moment('2026-11-24T09:00Z')
const caseOf = (severity: string, more: Partial<SlaCase> = {}): SlaCase => ({
  check: 'inventory_on_hand',
  plant: 'HAM',
  flow: 'order_to_cash',
  opened_at: opened,
  acknowledged_at: null,
  severities: [{ at: opened, severity }],
  pauses: [],
  ...more,
})
const row = (text: string, status: string, revision = 2): SlaLogRow => ({
  at: moment(text),
  revision,
  status,
})

describe('limits', () => {
  test.each([
    ['critical', '2026-11-24T09:30Z', '2026-11-24T13:00Z'],
    // two hours and one working day of eight hours
    ['high', '2026-11-24T11:00Z', '2026-11-25T09:00Z'],
    ['medium', '2026-11-25T09:00Z', '2026-11-27T09:00Z'],
    // three and ten working days; two weekends are passed over
    ['low', '2026-11-27T09:00Z', '2026-12-08T09:00Z'],
  ])('usual ones of %s cases', (severity, acknowledge, resolve) => {
    const clocks = usual.clocksOf(caseOf(severity), [], at(opened))
    expect(clocks.acknowledge).toMatchObject({
      due_at: moment(acknowledge),
      used_ms: 0,
      state: 'running',
      rule: null,
    })
    expect(clocks.resolve).toMatchObject({ due_at: moment(resolve), stopped_at: null, paused_since: null })
  })

  test('a day is a working day of the plant in shifts, 24 hours where every hour counts', () => {
    const sla = createSla(
      estateOf(`sla:
  - { severity: low, acknowledge: 0.5d, resolve: 2d, clock: always, plant: HAM }
  - { severity: [medium, high, critical], acknowledge: 4h, resolve: 1d, clock: always }
`),
    )
    expect(sla.clocksOf(caseOf('low'), [], at(opened)).acknowledge.limit_ms).toBe(12 * hour)
    expect(sla.clocksOf(caseOf('low'), [], at(opened)).resolve.due_at).toBe(moment('2026-11-26T09:00Z'))
    expect(usual.clocksOf(caseOf('medium'), [], at(opened)).resolve.limit_ms).toBe(24 * hour)
    expect(usual.clocksOf(caseOf('medium', { plant: 'SHF' }), [], at(opened)).resolve.limit_ms).toBe(
      72 * hour,
    )
  })

  test('the first rule that fits counts, by severity, check, plant, flow and its tier', () => {
    const sla = createSla(
      estateOf(`sla:
  - { severity: critical, acknowledge: 5m, resolve: 1h, clock: always }
  - { tier: 1, plant: [SHF], acknowledge: 10m, resolve: 1h }
  - { tier: [2, 3], acknowledge: 11m, resolve: 1h }
  - { check: inventory_on_hand, flow: order_to_cash, acknowledge: 12m, resolve: 2h, warn_at: 0.5 }
`),
    )
    const rule = (known: SlaCase) => sla.clocksOf(known, [], at(opened)).acknowledge.rule
    expect(rule(caseOf('critical', { plant: 'SHF' }))).toBe(0)
    expect(rule(caseOf('high', { plant: 'SHF' }))).toBe(1)
    expect(rule(caseOf('high'))).toBe(3)
    expect(rule(caseOf('high', { flow: '' })), 'without a flow there is no tier').toBe(null)
    expect(sla.clocksOf(caseOf('low'), [], at(opened)).resolve.warn_at).toBe(moment('2026-11-24T10:00Z'))
  })
})

test('a case warns of the clock that is the first to: taken on too late is late, too', () => {
  const withClocks = createClocks(estateOf(), [])
  const warns = (known: SlaCase) =>
    withClocks({ ...known, touched_at: moment(opened) } as unknown as Case, []).warn_at
  const known = caseOf('high')
  const { acknowledge, resolve } = usual.clocksOf(known, [], at(opened))
  expect(acknowledge.warn_at && resolve.warn_at && acknowledge.warn_at < resolve.warn_at).toBe(true)
  expect(warns(known)).toBe(acknowledge.warn_at)
  expect(warns({ ...known, acknowledged_at: moment(opened) })).toBe(resolve.warn_at)
})

describe('a clock', () => {
  const at15 = at('2026-11-24T14:00Z')

  test('stops when the case is taken on, in time or late', () => {
    const known = caseOf('high', { acknowledged_at: moment('2026-11-24T10:00Z') })
    const { acknowledge, resolve } = usual.clocksOf(known, [], at15)
    expect(acknowledge).toMatchObject({
      state: 'met',
      used_ms: hour,
      stopped_at: moment('2026-11-24T10:00Z'),
    })
    expect(acknowledge.due_at).toBe(moment('2026-11-24T11:00Z'))
    expect(resolve).toMatchObject({ state: 'running', used_ms: 4 * hour })
    const late = caseOf('high', { acknowledged_at: moment('2026-11-24T11:00:01Z') })
    expect(usual.clocksOf(late, [], at15).acknowledge.state).toBe('breached')
  })

  test('whoever resolves or accepts it has taken it on; a case that closes by itself stops both', () => {
    for (const status of ['resolved', 'accepted', 'closed']) {
      const clocks = usual.clocksOf(caseOf('high'), [row('2026-11-24T10:30Z', status)], at15)
      expect(clocks.acknowledge).toMatchObject({ state: 'met', used_ms: 1.5 * hour })
      expect(clocks.resolve).toMatchObject({
        state: 'met',
        stopped_at: moment('2026-11-24T10:30Z'),
        // as it stood when it stopped
        due_at: moment('2026-11-25T09:00Z'),
      })
    }
  })

  test('goes on where it stood when the case is opened again', () => {
    const log = [row('2026-11-24T10:00Z', 'closed'), row('2026-11-25T06:00Z', 'open', 3)]
    const { acknowledge, resolve } = usual.clocksOf(caseOf('high'), log, at('2026-11-25T06:30Z'))
    expect(acknowledge).toMatchObject({
      state: 'running',
      used_ms: 1.5 * hour,
      due_at: moment('2026-11-25T07:00Z'),
    })
    expect(resolve).toMatchObject({ used_ms: 1.5 * hour, due_at: moment('2026-11-25T13:00Z') })
    const resolved = [row('2026-11-24T10:00Z', 'resolved'), row('2026-11-25T06:00Z', 'open', 3)]
    const again = usual.clocksOf(caseOf('high'), resolved, at('2026-11-25T06:30Z'))
    expect(again.acknowledge, 'once taken on, always').toMatchObject({ state: 'met', used_ms: hour })
    expect(again.resolve.used_ms).toBe(1.5 * hour)
  })

  test('stands while it is paused with a reason, and says since when', () => {
    const pauses = [{ from: moment('2026-11-24T10:00Z'), to: '', reason: 'the supplier is asked' }]
    const paused = usual.clocksOf(caseOf('high', { pauses }), [], at15).resolve
    expect(paused).toMatchObject({ state: 'paused', used_ms: hour, due_at: null, warn_at: null })
    expect(paused.paused_since).toBe(moment('2026-11-24T10:00Z'))
    const resumed = [{ ...pauses[0], to: moment('2026-11-24T12:00Z') } as (typeof pauses)[number]]
    expect(usual.clocksOf(caseOf('high', { pauses: resumed }), [], at15).resolve.due_at).toBe(
      moment('2026-11-25T11:00Z'),
    )
    const idle = [{ ...pauses[0], reason: ' ' } as (typeof pauses)[number]]
    expect(usual.clocksOf(caseOf('high', { pauses: idle }), [], at15).resolve).toMatchObject({
      state: 'running',
      used_ms: 4 * hour,
    })
  })

  test('of a case that is opened again while it is paused stands from then on', () => {
    const pauses = [{ from: moment('2026-11-24T10:00Z'), to: '', reason: 'the supplier is asked' }]
    const log = [row('2026-11-24T11:00Z', 'closed'), row('2026-11-24T12:00Z', 'open', 3)]
    expect(usual.clocksOf(caseOf('high', { pauses }), log, at15).resolve).toMatchObject({
      state: 'paused',
      used_ms: hour,
      paused_since: moment('2026-11-24T12:00Z'),
    })
  })

  test('what was late before it was paused stays late', () => {
    const pauses = [{ from: moment('2026-11-24T12:00Z'), to: '', reason: 'the supplier is asked' }]
    expect(usual.clocksOf(caseOf('high', { pauses }), [], at15).acknowledge).toMatchObject({
      state: 'breached',
      due_at: moment('2026-11-24T11:00Z'),
      paused_since: moment('2026-11-24T12:00Z'),
    })
  })

  test('a case that becomes more severe may be late at once; less severe, it gains no time', () => {
    const severities = [
      { at: opened, severity: 'low' },
      { at: moment('2026-11-24T13:30Z'), severity: 'critical' },
      { at: moment('2026-11-24T13:45Z'), severity: 'low' },
    ]
    const before = usual.clocksOf(caseOf('low', { severities }), [], at('2026-11-24T13:29Z')).resolve
    expect(before).toMatchObject({ state: 'running', due_at: moment('2026-12-08T09:00Z') })
    const after = usual.clocksOf(caseOf('low', { severities }), [], at15).resolve
    expect(after).toMatchObject({
      state: 'breached',
      due_at: moment('2026-11-24T13:00Z'),
      limit_ms: 4 * hour,
    })
    const acknowledged_at = moment('2026-11-24T13:00Z')
    expect(
      usual.clocksOf(caseOf('low', { severities, acknowledged_at }), [], at15).acknowledge.state,
      'it was taken on while it was low',
    ).toBe('met')
  })
})

describe('a forecast', () => {
  const past = { median_ms: 2 * hour, p80_ms: 7 * hour }
  const outlook = (known: SlaCase, now: string, log: SlaLogRow[] = []) =>
    usual.forecast(known, log, at(now), past)

  test('says when it is likely to end, in shifts whatever its clock', () => {
    expect(outlook(caseOf('high'), opened)).toEqual({
      expected_at: moment('2026-11-24T11:00Z'),
      // four hours today, three tomorrow
      late_at: moment('2026-11-25T08:00Z'),
      due_at: moment('2026-11-25T09:00Z'),
      outlook: 'unlikely',
    })
    expect(outlook(caseOf('critical'), opened)).toMatchObject({
      outlook: 'possible',
      due_at: moment('2026-11-24T13:00Z'),
    })
  })

  test('changes with what is used up', () => {
    // outlasted half of them
    expect(outlook(caseOf('critical'), '2026-11-24T12:00Z')).toMatchObject({
      expected_at: moment('2026-11-25T08:00Z'),
      outlook: 'likely',
    })
    expect(outlook(caseOf('critical'), '2026-11-24T13:01Z')?.outlook).toBe('breached')
    // outlasted four of five
    expect(outlook(caseOf('high'), '2026-11-25T08:30Z')).toMatchObject({
      expected_at: null,
      late_at: null,
      outlook: 'possible',
    })
  })

  test('of a case that is paused is as if it went on now', () => {
    const pauses = [{ from: moment('2026-11-24T10:00Z'), to: '', reason: 'the supplier is asked' }]
    expect(outlook(caseOf('high', { pauses }), '2026-11-25T06:00Z')).toEqual({
      expected_at: moment('2026-11-25T07:00Z'),
      late_at: moment('2026-11-25T12:00Z'),
      due_at: moment('2026-11-25T13:00Z'),
      outlook: 'unlikely',
    })
  })

  test('is none once it is resolved, or while nothing is known of the past', () => {
    expect(outlook(caseOf('high'), '2026-11-24T12:00Z', [row('2026-11-24T10:00Z', 'resolved')])).toBe(null)
    expect(usual.forecast(caseOf('high'), [], at(opened), null)).toBe(null)
  })
})

type History = { known: SlaCase; log: SlaLogRow[]; last: number }

/** What may have happened to a case: each thing some minutes after the one before, those skipped that can't be. */
const histories: fc.Arbitrary<History> = fc
  .record({
    start: fc.integer({ min: 0, max: 7 * 24 * 60 }),
    plant: fc.constantFrom('HAM', 'SHF'),
    severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
    happened: fc.array(
      fc.tuple(
        fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })),
        fc.constantFrom('acknowledge', 'done', 'reopen', 'pause', 'resume', 'low', 'high', 'critical'),
      ),
      { maxLength: 12 },
    ),
  })
  .map(({ start, plant, severity, happened }) => {
    let now = Date.parse('2026-10-22T00:00Z') + start * minute
    const write = () => new Date(now).toISOString()
    const known: SlaCase = {
      ...caseOf(severity),
      plant,
      opened_at: write(),
      severities: [{ at: write(), severity }],
    }
    const log: SlaLogRow[] = []
    let isDone = false
    happened.forEach(([minutes, what], index) => {
      now += minutes * minute
      const pause = known.pauses.at(-1)
      if (what === 'acknowledge' && !isDone) known.acknowledged_at ??= write()
      else if (what === 'done' || what === 'reopen') {
        if (isDone === (what === 'done')) return
        isDone = !isDone
        const status = isDone ? (['resolved', 'accepted', 'closed'][index % 3] as string) : 'open'
        if (isDone && status !== 'closed') known.acknowledged_at ??= write()
        log.push({ at: write(), revision: index, status })
      } else if (what === 'pause' && pause?.to !== '')
        known.pauses.push({ from: write(), to: '', reason: 'waiting' })
      else if (what === 'resume' && pause?.to === '') pause.to = write()
      else if (['low', 'high', 'critical'].includes(what))
        known.severities.push({ at: write(), severity: what })
    })
    return { known, log, last: now }
  })
const later = fc.integer({ min: 0, max: 6 * 24 * 60 })

/** The case as it was known at a moment. */
const upTo = ({ known, log }: History, moment: number): [SlaCase, SlaLogRow[]] => {
  const was = (text: string) => Date.parse(text) <= moment
  return [
    {
      ...known,
      acknowledged_at:
        known.acknowledged_at !== null && was(known.acknowledged_at) ? known.acknowledged_at : null,
      severities: known.severities.filter((each) => was(each.at)),
      pauses: known.pauses
        .filter((each) => was(each.from))
        .map((each) => ({ ...each, to: each.to !== '' && was(each.to) ? each.to : '' })),
    },
    log.filter((each) => was(each.at)),
  ]
}

describe('whatever happens to a case', () => {
  const estate = estateOf()
  const calendars = {
    HAM: createCalendar(estate.plants[0] as (typeof estate.plants)[number]),
    SHF: alwaysWorking,
  }
  const whichever = ['acknowledge', 'resolve'] as const

  test('time used never shrinks, a limit never grows, and what is late stays late', () => {
    fc.assert(
      fc.property(histories, later, later, ({ known, log }, one, other) => {
        const moments = [one, other].map((minutes) => Date.parse(known.opened_at) + minutes * minute)
        const [before, after] = moments
          .sort((a, b) => a - b)
          .map((now) => usual.clocksOf(known, log, new Date(now))) as [
          ReturnType<typeof usual.clocksOf>,
          ReturnType<typeof usual.clocksOf>,
        ]
        for (const which of whichever) {
          expect(after[which].used_ms).toBeGreaterThanOrEqual(before[which].used_ms)
          if (before[which].state === 'breached') expect(after[which].state).toBe('breached')
        }
        expect(after.resolve.limit_ms / before.resolve.limit_ms).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('what is used is the minutes in which there was work to do, nothing stood, and the clock ran', () => {
    fc.assert(
      fc.property(histories, later, ({ known, log }, minutes) => {
        const start = Date.parse(known.opened_at)
        const now = start + minutes * minute
        const { resolve } = usual.clocksOf(known, log, new Date(now))
        const isCritical = known.severities.some(
          (each) =>
            each.severity === 'critical' &&
            Date.parse(each.at) <= Date.parse(resolve.stopped_at ?? new Date(now).toISOString()),
        )
        const calendar = isCritical ? alwaysWorking : calendars[known.plant as 'HAM' | 'SHF']
        let used = 0
        for (let each = start; each < now; each += minute) {
          const status = log.filter((entry) => Date.parse(entry.at) <= each).at(-1)?.status ?? 'open'
          const stands = known.pauses.some(
            (pause) => Date.parse(pause.from) <= each && (pause.to === '' || each < Date.parse(pause.to)),
          )
          if (status === 'open' && !stands && calendar.isWorking(new Date(each))) used += minute
        }
        expect(resolve.used_ms).toBe(used)
      }),
      { numRuns: 60 },
    )
  })

  test('due when the rest of the limit is worked off; late after that and only then', () => {
    fc.assert(
      fc.property(histories, later, ({ known, log }, minutes) => {
        const now = new Date(Date.parse(known.opened_at) + minutes * minute)
        const clocks = usual.clocksOf(known, log, now)
        for (const which of whichever) {
          const { state, due_at, warn_at, used_ms, limit_ms, stopped_at, paused_since } = clocks[which]
          const end = stopped_at ?? now.toISOString()
          expect(state === 'breached').toBe(due_at !== null && end > due_at)
          expect(state === 'met').toBe(stopped_at !== null && state !== 'breached')
          if (paused_since === null && stopped_at === null) expect(due_at).not.toBe(null)
          if (due_at === null) expect(used_ms).toBeLessThanOrEqual(limit_ms)
          else {
            expect(warn_at !== null && warn_at <= due_at).toBe(true)
            const isAlways = clocks[which].limit_ms < hour || limit_ms === 4 * hour
            const calendar = isAlways ? alwaysWorking : calendars[known.plant as 'HAM' | 'SHF']
            if (state === 'breached') expect(used_ms).toBeGreaterThanOrEqual(limit_ms)
            else expect(calendar.workingBetween(new Date(end), new Date(due_at))).toBe(limit_ms - used_ms)
          }
        }
      }),
    )
  })

  test('only what was known then counts, and the order it is handed in says nothing', () => {
    const shuffled = histories.chain((history) =>
      fc.tuple(
        fc.constant(history),
        fc.shuffledSubarray(history.log, { minLength: history.log.length }),
        fc.shuffledSubarray(history.known.pauses, { minLength: history.known.pauses.length }),
        fc.shuffledSubarray(history.known.severities, { minLength: history.known.severities.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, later, ([history, log, pauses, severities], minutes) => {
        const now = Date.parse(history.known.opened_at) + minutes * minute
        const known = usual.clocksOf(...upTo(history, now), new Date(now))
        expect(usual.clocksOf({ ...history.known, pauses, severities }, log, new Date(now))).toEqual(known)
      }),
    )
  })
})
