import { usualWorkingDays, type WeekDay, weekDays } from './estate-calendar-schema.ts'
import { createLocalTime } from './local-time.ts'
import type { Stretch } from './stretches.ts'

const dayMs = 86_400_000
const dayMinutes = 1_440

/** When a plant works, by its own shifts, days and holidays; exact where its clock changes. */
export type Calendar = {
  /** how long the shifts of one working day are together: what a working day is worth */
  day_ms: number
  isWorking(at: Date): boolean
  /** how long the plant works from one moment to another; 0 when the second is not later */
  workingBetween(from: Date, to: Date): number
  /** the first moment by which it has worked so long since `from` */
  addWorking(from: Date, ms: number): Date
  /** `at` when the plant works then, else when it next begins to */
  nextStart(at: Date): Date
  /** when it works within a range, in order and apart from each other */
  stretches(from: Date, to: Date): Stretch[]
}

/** What of a plant its calendar follows from. */
export type PlantTimes = {
  time_zone: string
  shifts: { from: string; to: string }[]
  working_days?: WeekDay[] | undefined
  holidays?: { date: string }[] | undefined
}

/** Of a plant without shifts: there is no time in which it does not work. */
export const alwaysWorking: Calendar = {
  day_ms: dayMs,
  isWorking: () => true,
  workingBetween: (from, to) => Math.max(0, to.getTime() - from.getTime()),
  addWorking: (from, ms) => new Date(from.getTime() + Math.max(0, Math.ceil(ms))),
  nextStart: (at) => at,
  stretches: (from, to) => (from < to ? [{ from: from.getTime(), to: to.getTime() }] : []),
}

/**
 * The calendar of a plant. A shift belongs to the day it starts, ends on the next one when it would else not end after
 * it starts, and is as long as the plant's clock makes it: a night shift of eight hours has seven or nine when the
 * clock changes in it. Where shifts overlap, time counts once.
 */
export function createCalendar(plant: PlantTimes): Calendar {
  if (plant.shifts.length === 0) return alwaysWorking
  const spans = createSpans(plant)
  return {
    day_ms: measureDay(plant.shifts),
    isWorking: (at) => {
      const table = spans(at.getTime(), at.getTime())
      return at.getTime() < (table.ends[table.lastBefore(at.getTime())] ?? Number.NEGATIVE_INFINITY)
    },
    workingBetween: (from, to) => {
      if (to <= from) return 0
      const table = spans(from.getTime(), to.getTime())
      return table.workedUntil(to.getTime()) - table.workedUntil(from.getTime())
    },
    addWorking: (from, ms) => {
      if (ms <= 0) return new Date(from)
      for (let reach = 30 * dayMs; ; reach *= 2) {
        const table = spans(from.getTime(), from.getTime() + reach)
        const end = table.momentOf(table.workedUntil(from.getTime()) + Math.ceil(ms))
        if (end !== undefined && end <= table.to) return new Date(end)
      }
    },
    nextStart: (at) => {
      for (let reach = 30 * dayMs; ; reach *= 2) {
        const table = spans(at.getTime(), at.getTime() + reach)
        const last = table.lastBefore(at.getTime())
        if (at.getTime() < (table.ends[last] ?? Number.NEGATIVE_INFINITY)) return new Date(at)
        const start = table.starts[last + 1]
        if (start !== undefined && start <= table.to) return new Date(start)
      }
    },
    stretches: (from, to) => {
      const { starts, ends } = spans(from.getTime(), to.getTime())
      return starts.flatMap((start, index) => {
        const stretch = {
          from: Math.max(start, from.getTime()),
          to: Math.min(ends[index] as number, to.getTime()),
        }
        return stretch.from < stretch.to ? [stretch] : []
      })
    },
  }
}

/** A shift as it was, or will be worked. */
export type Shift = { name: string; from: Date; to: Date }

/** The shifts of a plant that lie in a range, or reach into it, in the order they start; none of a plant without shifts. */
export function listShifts(
  plant: Omit<PlantTimes, 'shifts'> & { shifts: { name: string; from: string; to: string }[] },
  from: Date,
  to: Date,
): Shift[] {
  const local = createLocalTime(plant.time_zone)
  const works = createWorkingDays(plant)
  const found: Shift[] = []
  for (let day = Math.floor(from.getTime() / dayMs) - 3; day <= Math.floor(to.getTime() / dayMs) + 1; day++)
    if (works(day))
      for (const { name, ...times } of plant.shifts) {
        const shift = readShift(times.from, times.to)
        const [start, end] = [local.momentOf(day, shift.from), local.momentOf(day, shift.to)]
        if (start < to.getTime() && end > from.getTime())
          found.push({ name, from: new Date(start), to: new Date(end) })
      }
  return found.sort((a, b) => a.from.getTime() - b.from.getTime())
}

/** On which days, counted from 1970-01-01, the shifts of a plant start. */
function createWorkingDays(plant: Pick<PlantTimes, 'working_days' | 'holidays'>): (day: number) => boolean {
  const days = new Set(plant.working_days ?? usualWorkingDays)
  const holidays = new Set(plant.holidays?.map(({ date }) => Date.parse(date) / dayMs))
  // 1970-01-01 was a Thursday
  return (day) => days.has(weekDays[(((day + 3) % 7) + 7) % 7] as WeekDay) && !holidays.has(day)
}

/** Stretches of working time, oldest first and apart from each other; true for all moments of [from, to]. */
type Table = {
  from: number
  to: number
  starts: number[]
  ends: number[]
  /** the last stretch that starts at or before a moment; -1 when none does */
  lastBefore(at: number): number
  workedUntil(at: number): number
  /** when so much was first worked; undefined when it is not in the table */
  momentOf(worked: number): number | undefined
}

/** Answers a table that covers what is asked for; one is kept and grows, so that hardly ever a day is laid out. */
function createSpans(plant: PlantTimes): (from: number, to: number) => Table {
  const local = createLocalTime(plant.time_zone)
  const works = createWorkingDays(plant)
  const shifts = plant.shifts.map(({ from, to }) => readShift(from, to))
  let kept: Table | undefined
  return (from, to) => {
    if (kept && kept.from <= from && to <= kept.to) return kept
    if (!Number.isFinite(from) || !Number.isFinite(to)) throw new RangeError('not a moment')
    const start = Math.min(from - 30 * dayMs, kept?.from ?? Number.POSITIVE_INFINITY)
    const end = Math.max(to + 400 * dayMs, kept?.to ?? Number.NEGATIVE_INFINITY)
    const found: [start: number, end: number][] = []
    for (let day = Math.floor(start / dayMs) - 3; day <= Math.floor(end / dayMs) + 3; day++)
      if (works(day))
        for (const shift of shifts)
          found.push([local.momentOf(day, shift.from), local.momentOf(day, shift.to)])
    kept = createTable(start, end, found)
    return kept
  }
}

function createTable(from: number, to: number, found: [start: number, end: number][]): Table {
  const starts: number[] = []
  const ends: number[] = []
  for (const [start, end] of found.sort((a, b) => a[0] - b[0])) {
    const last = ends.length - 1
    if (last >= 0 && start <= (ends[last] as number)) ends[last] = Math.max(ends[last] as number, end)
    else if (start < end) {
      starts.push(start)
      ends.push(end)
    }
  }
  /** worked before each stretch */
  const before: number[] = []
  let sum = 0
  starts.forEach((start, index) => {
    before.push(sum)
    sum += (ends[index] as number) - start
  })
  const lastBefore = (at: number) => findLast(starts, (start) => start <= at)
  return {
    from,
    to,
    starts,
    ends,
    lastBefore,
    workedUntil: (at) => {
      const last = lastBefore(at)
      if (last < 0) return 0
      return (before[last] as number) + Math.min(at, ends[last] as number) - (starts[last] as number)
    },
    momentOf: (worked) => {
      const last = findLast(before, (each) => each < worked)
      if (last < 0 || worked > sum) return undefined
      return (starts[last] as number) + worked - (before[last] as number)
    },
  }
}

/** The last of the values in order that fits, when those that fit come first; -1 when none does. */
function findLast(values: number[], fits: (value: number) => boolean): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(values[middle] as number)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Minutes after midnight; a shift that ends when it starts takes the whole day. */
function readShift(from: string, to: string): { from: number; to: number } {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
  const [start, end] = [minutes(from), minutes(to)]
  return { from: start, to: end > start ? end : end + dayMinutes }
}

/** How long the shifts of a day are by the clock, where they overlap once. */
function measureDay(shifts: { from: string; to: string }[]): number {
  const isWorked = new Set<number>()
  for (const shift of shifts.map(({ from, to }) => readShift(from, to)))
    for (let minute = shift.from; minute < shift.to; minute++) isWorked.add(minute % dayMinutes)
  return isWorked.size * 60_000
}
