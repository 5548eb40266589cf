/* Times as a plant reads them: its own zone, named; zones outside Europe by their offset, for CST means three things. */

const cache = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options })
    cache.set(key, found)
  }
  return found
}

let zoneHere: string | undefined
/** The zone of whoever looks, for times that belong to no plant; a browser takes its time to say it the first time. */
export const viewerZone = (): string => {
  zoneHere ??= Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
  return zoneHere
}

type Wall = Record<
  'weekday' | 'day' | 'month' | 'year' | 'hour' | 'minute' | 'second' | 'timeZoneName',
  string
>

/** What clock and calendar show in a zone. One formatter for all of it: a browser takes longer to make one than to draw a row. */
function wallOf(zone: string, at: Date | number): Partial<Wall> {
  const parts = formatter(zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: zone.startsWith('Europe/') ? 'short' : 'shortOffset',
  }).formatToParts(at)
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]))
}

/** "CET", "GMT", "UTC−6": the zone's name at that moment. */
export function zoneName(zone: string, at: Date): string {
  return nameOf(zone, wallOf(zone, at))
}

function nameOf(zone: string, { timeZoneName: name = 'UTC' }: Partial<Wall>): string {
  if (zone === 'UTC' || zone === 'Etc/UTC') return 'UTC'
  const offset = zone.startsWith('Europe/') && !/^GMT[+-]/.test(name) ? name : name.replace('GMT', 'UTC')
  return offset.replace('-', '\u2212')
}

export interface TimeOptions {
  seconds?: boolean
  millis?: boolean
  /** always with the day, else only when it is not today */
  day?: boolean
  zone?: boolean
  now?: number
}

/** A moment in a zone: "14:32 CET", "Thu 20 Nov 14:32 CET" when it is not today there. */
export function formatTime(iso: string, zone: string, options: TimeOptions = {}): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return '–'
  const now = options.now ?? Date.now()
  const wall = wallOf(zone, at)
  const stampOf = ({ weekday, day, month }: Partial<Wall>) => `${weekday} ${day} ${month}`
  const stamp = stampOf(wall)
  const isToday = stamp === stampOf(wallOf(zone, now))
  const seconds = options.seconds || options.millis ? `:${wall.second}` : ''
  const millis = options.millis ? `.${String(at.getUTCMilliseconds()).padStart(3, '0')}` : ''
  const old = Math.abs(now - at.getTime()) > 300 * 86_400_000
  return [
    options.day || !isToday ? `${stamp}${old ? ` ${wall.year}` : ''}` : '',
    `${wall.hour}:${wall.minute}${seconds}${millis}`,
    options.zone === false ? '' : nameOf(zone, wall),
  ]
    .filter(Boolean)
    .join(' ')
}

/** A moment as a field of date and time takes it, in a zone: "2026-11-20T14:32". */
export function toLocalField(at: Date, zone: string): string {
  const parts = new Map(
    formatter(zone, {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}T${parts.get('hour')}:${parts.get('minute')}`
}

/** The moment that such a field names in a zone; undefined when it names none. */
export function fromLocalField(text: string, zone: string): Date | undefined {
  const wall = Date.parse(`${text}Z`)
  if (Number.isNaN(wall)) return undefined
  // the zone's distance is that of the moment itself, which is known only once it is: a second look is enough
  const distance = (at: number) => Date.parse(`${toLocalField(new Date(at), zone)}Z`) - at
  const near = wall - distance(wall)
  return new Date(wall - distance(near))
}

/** A day of the calendar: "20 Nov 2026" from "2026-11-20". */
export const formatDate = (day: string): string =>
  formatter('UTC', { day: 'numeric', month: 'short', year: 'numeric' }).format(Date.parse(day))

/** A day of a zone, for an axis over several: "20 Nov". */
export const formatDay = (at: number, zone: string): string =>
  formatter(zone, { day: 'numeric', month: 'short' }).format(at)

/** The midnights of a zone between two moments. */
export function listMidnights(from: number, to: number, zone: string): number[] {
  const midnights: number[] = []
  const first = Date.parse(`${toLocalField(new Date(from), zone).slice(0, 10)}T00:00Z`)
  for (let day = first; ; day += 86_400_000) {
    const at = fromLocalField(new Date(day).toISOString().slice(0, 16), zone)?.getTime() ?? to
    if (at >= to) return midnights
    if (at > from) midnights.push(at)
  }
}

/** Day and clock for an axis: "Wed 14:32". */
export function formatDayClock(at: number, zone: string): string {
  return formatter(zone, { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(at).replace(',', '')
}

/** Seconds from a moment until now, by the server's clock when it is known. */
export function ageSeconds(iso: string, now: number): number {
  return (now - Date.parse(iso)) / 1000
}
