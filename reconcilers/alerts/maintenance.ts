import type { Quiet } from '../../server/core/alert-desk.ts'
import { type AlertLabels, fits } from '../../server/core/alert-match.ts'
import type { MaintenanceConfig } from '../../server/core/estate-alerting-schema.ts'

const dayMs = 86_400_000
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** The planned windows that lie, at least in part, between two moments; those that begin first come first. */
export function listMaintenance(windows: readonly MaintenanceConfig[], from: number, to: number): Quiet[] {
  const found = windows.flatMap(({ match, reason, weekly, ...once }) => {
    const quiet = { id: '', matcher: match, reason }
    if (once.from && once.to) return [{ ...quiet, from: Date.parse(once.from), to: Date.parse(once.to) }]
    if (!weekly) return []
    const [hours = 0, minutes = 0] = weekly.at.split(':').map(Number)
    const windows: Quiet[] = []
    // a day more on either side, since a zone's day is not that of UTC
    for (let at = from - weekly.lasts - 2 * dayMs; at <= to + 2 * dayMs; at += dayMs) {
      const day = new Date(at)
      if (!weekly.days.includes(weekdays[day.getUTCDay()] as (typeof weekdays)[number])) continue
      const begins = zonedMoment(
        Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hours, minutes),
        weekly.time_zone,
      )
      windows.push({ ...quiet, from: begins, to: begins + weekly.lasts })
    }
    return windows
  })
  return found.filter((each) => each.to > from && each.from <= to).sort((a, b) => a.from - b.from)
}

/** The first of those that last now and fit. */
export const quietFor = (quiets: readonly Quiet[], labels: AlertLabels, now: number): Quiet | undefined =>
  quiets.find((quiet) => quiet.from <= now && now < quiet.to && fits(quiet.matcher, labels))

/** The moment at which clocks of a zone show what clocks in UTC show at `shown`; one that is skipped is an hour later. */
function zonedMoment(shown: number, timeZone: string): number {
  const first = shown - offsetAt(shown, timeZone)
  return shown - offsetAt(first, timeZone)
}

/** How far clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? 0)
  const shown = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  )
  return shown - Math.floor(at / 1000) * 1000
}
