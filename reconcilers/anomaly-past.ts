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

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the plant's clock is ahead of UTC, and whether it is Saturday or Sunday there. */
function readLocal(at: number, timeZone: string): { offset: number; isWeekend: boolean } {
  let format = formats.get(timeZone)
  if (!format) {
    const part = 'numeric' as const
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: part,
      month: part,
      day: part,
      hour: part,
      minute: part,
      second: part,
    })
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const local = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  )
  return { offset: local - at, isWeekend: [0, 6].includes(new Date(local).getUTCDay()) }
}
