import { createLocalTime } from './local-time.ts'

const dayMs = 86_400_000

/** An ISO week as a plant has it: Monday to Sunday by its own clock. */
export type IsoWeek = { week: string; from: number; to: number }

/** The Monday of the week that a moment lies in where a clock shows the time of a zone, counted from 1970-01-01. */
export function mondayOf(timeZone: string, at: number): number {
  const today = Math.floor((at + createLocalTime(timeZone).offsetAt(at)) / dayMs)
  // day 0 was a Thursday
  return today - ((((today + 3) % 7) + 7) % 7)
}

/** So many weeks of a time zone, oldest first, up to the one that begins on a Monday. */
export function listIsoWeeks(timeZone: string, monday: number, count: number): IsoWeek[] {
  const clock = createLocalTime(timeZone)
  return Array.from({ length: count }, (_, index) => {
    const first = monday - 7 * (count - 1 - index)
    return { week: nameWeek(first), from: clock.momentOf(first, 0), to: clock.momentOf(first + 7, 0) }
  })
}

/** A week belongs to the year in which its Thursday lies. */
function nameWeek(monday: number): string {
  const thursday = monday + 3
  const year = new Date(thursday * dayMs).getUTCFullYear()
  const number = Math.floor((thursday - Date.UTC(year, 0, 1) / dayMs) / 7) + 1
  return `${year}-W${String(number).padStart(2, '0')}`
}
