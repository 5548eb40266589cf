const dayMs = 86_400_000

/** What a clock on the wall of a time zone has to do with the moments of UTC. */
export type LocalTime = {
  /** how far the zone's clock is ahead of UTC at a moment, in milliseconds */
  offsetAt(at: number): number
  /**
   * The moment at which the clock shows so many minutes after midnight, of a day counted from 1970-01-01. Of two such
   * moments the first, of none the one as long after the gap as the time is into it.
   */
  momentOf(day: number, minutes: number): number
}

/** Cheap to ask of many days: the zone's rules are only read once a day, and closely only near a change of the clock. */
export function createLocalTime(timeZone: string): LocalTime {
  const part = 'numeric' as const
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: part,
    month: part,
    day: part,
    hour: part,
    minute: part,
    second: part,
  })
  const offsetAt = (at: number) => {
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
    return local - Math.floor(at / 1_000) * 1_000
  }
  const offsets = new Map<number, number>()
  const offsetOn = (day: number) => {
    const known = offsets.get(day)
    if (known !== undefined) return known
    const offset = offsetAt(day * dayMs)
    offsets.set(day, offset)
    return offset
  }
  return {
    offsetAt,
    momentOf: (day, minutes) => {
      const local = day * dayMs + minutes * 60_000
      // no zone is a day or more away from UTC: what holds a day before and after holds in between
      const before = offsetOn(day - 1)
      const after = offsetOn(day + Math.floor(minutes / 1_440) + 2)
      const first = local - before
      if (before === after || offsetAt(first) === before) return first
      const second = local - after
      return offsetAt(second) === after ? second : first
    },
  }
}
