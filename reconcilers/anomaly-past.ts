import { createLocalTime, type LocalTime } from '../server/core/local-time.ts'

const hourMs = 3_600_000
const weeksBack = 8
const daysBack = 28

/** The hours of the past that an hour is compared with: of past weeks, and of past days of the same kind. In seconds. */
export type PastHours = { weeks: number[]; days: number[] }

/**
 * The same hour by the plant's own clock, so that a shift begins in the same hour before and after the clock changes:
 * on the same day of the past eight weeks, and on the past four weeks' days of the same kind (working day or weekend).
 */
export function listPastHours(hour: Date, timeZone: string): PastHours {
  const now = readLocal(hour.getTime(), timeZone)
  const sameHour = (daysAgo: number) => {
    const at = hour.getTime() - daysAgo * 24 * hourMs
    const past = at + now.offset - readLocal(at, timeZone).offset
    return Math.round(past / hourMs) * hourMs
  }
  const weeks = Array.from({ length: weeksBack }, (_, index) => sameHour(7 * (index + 1)))
  const days = Array.from({ length: daysBack }, (_, index) => sameHour(index + 1)).filter(
    (past) => readLocal(past, timeZone).isWeekend === now.isWeekend,
  )
  return { weeks: weeks.map((at) => at / 1000), days: days.map((at) => at / 1000) }
}

const zones = new Map<string, LocalTime>()

/** How far the plant's clock is ahead of UTC, and whether it is Saturday or Sunday there. */
function readLocal(at: number, timeZone: string): { offset: number; isWeekend: boolean } {
  const zone = zones.get(timeZone) ?? createLocalTime(timeZone)
  zones.set(timeZone, zone)
  const offset = zone.offsetAt(at)
  return { offset, isWeekend: [0, 6].includes(new Date(at + offset).getUTCDay()) }
}
