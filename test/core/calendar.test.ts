import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCalendar, listShifts, type PlantTimes } from '../../server/core/calendar.ts'
import { weekDays } from '../../server/core/estate-calendar-schema.ts'

const hour = 3_600_000
const day = 24 * hour
const night: PlantTimes = { time_zone: 'Europe/Berlin', shifts: [{ from: '22:00', to: '06:00' }] }
const days: PlantTimes = { time_zone: 'Europe/London', shifts: [{ from: '07:00', to: '17:00' }] }
const at = (text: string) => new Date(text)
const write = (moment: Date) => moment.toISOString().replace(':00.000Z', 'Z')

describe('a night on which the clock changes', () => {
  const everyDay = createCalendar({ ...night, working_days: [...weekDays] })
  // noon to noon, as Berlin's clock has it
  test.each([
    ['an ordinary night', '2026-03-27T11:00Z', '2026-03-28T11:00Z', 8],
    ['in spring it is an hour shorter', '2026-03-28T11:00Z', '2026-03-29T10:00Z', 7],
    ['in autumn it is an hour longer', '2026-10-24T10:00Z', '2026-10-25T11:00Z', 9],
  ])('%s', (_name, from, to, hours) => {
    expect(everyDay.workingBetween(at(from), at(to))).toBe(hours * hour)
    // the last moment of the shift is six in the morning, whatever the clock did
    const end = everyDay.addWorking(at(from), hours * hour)
    expect(
      new Intl.DateTimeFormat('en-GB', { timeZone: night.time_zone, timeStyle: 'short' }).format(end),
    ).toBe('06:00')
  })

  test('a working day is worth what its shifts are by the clock', () => {
    expect(everyDay.day_ms).toBe(8 * hour)
    const overlapping = [
      { from: '22:00', to: '06:00' },
      { from: '05:00', to: '14:00' },
    ]
    expect(createCalendar({ ...night, shifts: overlapping }).day_ms).toBe(16 * hour)
    expect(createCalendar({ ...night, shifts: [] }).day_ms).toBe(24 * hour)
    expect(createCalendar({ ...night, shifts: [{ from: '06:00', to: '06:00' }] }).day_ms).toBe(24 * hour)
  })

  test.each([
    // New York, from 02:00 to 03:00 on 8 March, and twice from 01:00 to 02:00 on 1 November 2026
    ['a shift within the hour that is not', '02:00', '03:00', '2026-03-08', 0],
    ['a shift that starts in it', '02:30', '04:00', '2026-03-08', 0.5],
    ['a shift that ends in it', '01:00', '02:30', '2026-03-08', 1.5],
    ['a shift over the hour that is twice', '00:00', '04:00', '2026-11-01', 5],
    ['a shift that ends in it the first time', '00:00', '01:30', '2026-11-01', 1.5],
    ['a shift that starts in it the first time', '01:30', '04:00', '2026-11-01', 3.5],
  ])('%s', (_name, from, to, date, hours) => {
    const calendar = createCalendar({
      time_zone: 'America/New_York',
      shifts: [{ from, to }],
      working_days: ['sun'],
    })
    const noon = Date.parse(`${date}T12:00Z`)
    expect(calendar.workingBetween(new Date(noon - day), new Date(noon + day))).toBe(hours * hour)
  })
})

describe('days', () => {
  const calendar = createCalendar({ ...days, holidays: [{ date: '2026-12-25' }, { date: '2026-12-28' }] })

  test('weekends and holidays are passed over', () => {
    // Thursday, an hour before the shift ends; the next working day is Tuesday
    const from = at('2026-12-24T16:00Z')
    expect(write(calendar.addWorking(from, hour))).toBe('2026-12-24T17:00Z')
    expect(write(calendar.addWorking(from, hour + 1_000))).toBe('2026-12-29T07:00:01.000Z')
    expect(write(calendar.nextStart(at('2026-12-24T17:00Z')))).toBe('2026-12-29T07:00Z')
    expect(calendar.workingBetween(at('2026-12-24T17:00Z'), at('2026-12-29T07:00Z'))).toBe(0)
  })

  test('a shift belongs to the day it starts: that of the eve of a holiday goes on into it', () => {
    const eve = createCalendar({ ...night, holidays: [{ date: '2026-12-25' }] })
    expect(eve.isWorking(at('2026-12-25T03:00Z')), 'of Thursday').toBe(true)
    expect(eve.isWorking(at('2026-12-25T22:00Z')), 'of Friday').toBe(false)
    expect(eve.isWorking(at('2026-12-26T03:00Z')), 'of Friday').toBe(false)
    expect(write(eve.nextStart(at('2026-12-25T05:00Z')))).toBe('2026-12-28T21:00Z')
  })

  test('a moment belongs to the shift it starts, not to the one it ends', () => {
    expect(calendar.isWorking(at('2026-12-22T06:59:59.999Z'))).toBe(false)
    expect(calendar.isWorking(at('2026-12-22T07:00Z'))).toBe(true)
    expect(calendar.isWorking(at('2026-12-22T17:00Z'))).toBe(false)
    expect(write(calendar.nextStart(at('2026-12-22T09:30Z')))).toBe('2026-12-22T09:30Z')
  })

  test('a plant without shifts always works', () => {
    const always = createCalendar({ time_zone: 'Asia/Shanghai', shifts: [] })
    expect(always.isWorking(at('2026-12-27T03:00Z'))).toBe(true)
    expect(write(always.addWorking(at('2026-12-27T03:00Z'), 3 * day))).toBe('2026-12-30T03:00Z')
    expect(always.workingBetween(at('2026-12-27T03:00Z'), at('2026-12-26T03:00Z'))).toBe(0)
  })

  test('a rare shift is found far ahead, and long ago', () => {
    const rare = createCalendar({ ...days, shifts: [{ from: '07:00', to: '08:00' }], working_days: ['mon'] })
    expect(write(rare.addWorking(at('2026-01-01T00:00Z'), 520 * hour))).toBe('2035-12-17T08:00Z')
    expect(rare.workingBetween(at('1999-01-01T00:00Z'), at('2000-01-01T00:00Z'))).toBe(52 * hour)
    expect(() => rare.isWorking(new Date(Number.NaN))).toThrow(RangeError)
  })
})

/** Around every change of the clock of these zones in 2026, and far from any; not hours that a change makes ambiguous. */
const zones = [
  'Europe/Berlin',
  'America/Los_Angeles',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Chatham',
]
const changes = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-07-01',
  '2026-09-27',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
]
const clockTime = fc
  .tuple(fc.integer({ min: 4, max: 24 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hours, minutes]) => `${String(hours % 24).padStart(2, '0')}:${hours === 24 ? '00' : minutes}`)
const plants: fc.Arbitrary<PlantTimes> = fc.record({
  time_zone: fc.constantFrom(...zones),
  shifts: fc.array(fc.record({ from: clockTime, to: clockTime }), { minLength: 1, maxLength: 3 }),
  working_days: fc.subarray([...weekDays], { minLength: 1 }),
  holidays: fc.subarray(changes.map((date) => ({ date }))),
})
const moments = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: -4 * 96, max: 4 * 96 }))
  .map(([date, quarters]) => new Date(Date.parse(date) + (quarters * hour) / 4))

/** Whether a plant works, told by nothing but the clock on its wall. */
function readWall(plant: PlantTimes) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: plant.time_zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  const starts = (date: number) =>
    plant.working_days?.includes(
      weekDays[(new Date(date).getUTCDay() + 6) % 7] as (typeof weekDays)[number],
    ) && !plant.holidays?.some((holiday) => Date.parse(holiday.date) === date)
  return (moment: number) => {
    const [date = '', time = ''] = format.format(moment).split(', ')
    const today = Date.parse(date)
    return plant.shifts.some(({ from, to }) =>
      from < to
        ? from <= time && time < to && starts(today)
        : (from <= time && starts(today)) || (time < to && starts(today - day)),
    )
  }
}

describe('whatever the plant', () => {
  test('its time is what the clock on its wall says, quarter of an hour by quarter', () => {
    fc.assert(
      fc.property(plants, moments, fc.integer({ min: 0, max: 200 }), (plant, from, quarters) => {
        const calendar = createCalendar(plant)
        const works = readWall(plant)
        let worked = 0
        for (let quarter = 0; quarter < quarters; quarter++) {
          const moment = from.getTime() + (quarter * hour) / 4
          const isWorking = works(moment)
          expect(calendar.isWorking(new Date(moment)), new Date(moment).toISOString()).toBe(isWorking)
          if (isWorking) worked += hour / 4
        }
        expect(calendar.workingBetween(from, new Date(from.getTime() + (quarters * hour) / 4))).toBe(worked)
      }),
      { numRuns: 60 },
    )
  })

  test('so much later is the first moment by which so much was worked', () => {
    fc.assert(
      fc.property(plants, moments, fc.integer({ min: 1, max: 100 * hour }), (plant, from, ms) => {
        const calendar = createCalendar(plant)
        const end = calendar.addWorking(from, ms)
        expect(calendar.workingBetween(from, end)).toBe(ms)
        expect(calendar.workingBetween(from, new Date(end.getTime() - 1))).toBe(ms - 1)
        const start = calendar.nextStart(from)
        expect(calendar.workingBetween(from, start)).toBe(0)
        expect(calendar.isWorking(start)).toBe(true)
      }),
    )
  })

  test('time adds up, and asking for other times before changes no answer', () => {
    fc.assert(
      fc.property(plants, fc.array(moments, { minLength: 3, maxLength: 8 }), (plant, asked) => {
        const calendar = createCalendar(plant)
        const [first, ...rest] = asked
          .map((moment, index) => new Date(moment.getTime() + index * 300 * day))
          .sort((a, b) => a.getTime() - b.getTime()) as [Date, ...Date[]]
        let before = first
        let sum = 0
        for (const moment of rest) {
          sum += calendar.workingBetween(before, moment)
          before = moment
        }
        expect(createCalendar(plant).workingBetween(first, before)).toBe(sum)
      }),
    )
  })
})

describe('the shifts of a range', () => {
  const named = { ...night, shifts: [{ name: 'Night', from: '22:00', to: '06:00' }] }
  const listed = (from: string, to: string) =>
    listShifts(named, at(from), at(to)).map((shift) => [write(shift.from), write(shift.to)])

  test('are those that reach into it, by the day they start', () => {
    // from Friday to Monday: the plant works from Monday to Friday
    expect(listed('2026-11-20T22:00Z', '2026-11-24T00:00Z')).toEqual([
      ['2026-11-20T21:00Z', '2026-11-21T05:00Z'],
      ['2026-11-23T21:00Z', '2026-11-24T05:00Z'],
    ])
    expect(listed('2026-11-21T05:00Z', '2026-11-21T12:00Z')).toEqual([])
  })

  test('are as long as the clock makes them, and none starts on a holiday', () => {
    const spring = listShifts(
      { ...named, working_days: ['sat'] },
      at('2026-03-28T12:00Z'),
      at('2026-03-29T12:00Z'),
    )
    expect(spring.map(({ from, to }) => (to.getTime() - from.getTime()) / hour)).toEqual([7])
    const free = { ...named, holidays: [{ date: '2026-11-23' }] }
    expect(listShifts(free, at('2026-11-23T00:00Z'), at('2026-11-24T00:00Z'))).toEqual([])
  })
})
