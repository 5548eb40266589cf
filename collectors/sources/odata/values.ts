import { createLocalTime, type LocalTime } from '../../../server/core/local-time.ts'
import { SourceError } from '../pull/failure.ts'

/** What is known of the zone of times that name none: the one that was told, and the one the cursor is kept by. */
export type Zones = {
  /** undefined: rows read them in the zone of their plant */
  told: LocalTime | undefined
  cursor: LocalTime
  /** whether the cursor's is the one the system means; else it may be behind by as much as clocks are apart */
  isSure: boolean
}

/** @param plants the zone that all plants of the source have in common, if they have */
export const openZones = (told: string | undefined, plants: string | undefined): Zones => ({
  told: told === undefined ? undefined : createLocalTime(told),
  cursor: createLocalTime(told ?? plants ?? 'UTC'),
  isSure: (told ?? plants) !== undefined,
})

const ticks = /^\/Date\((-?\d+)([+-]\d+)?\)\/$/
const timeSpan = /^P(?:0D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?$/

/**
 * A value of an answer as rows read it: `/Date(…)/` as ISO 8601, with Z where it is an instant and without a zone where
 * it is a clock on a wall, `PT11H00M00S` of V2 as 11:00:00; all else as it is.
 */
export function plainValue(value: unknown, type: string | undefined, zones: Zones): unknown {
  if (typeof value !== 'string') return value
  const date = value.startsWith('/Date(') ? ticks.exec(value) : null
  if (date) {
    const at = Number(date[1])
    // an offset says which minutes the server counts by; the ticks are UTC all the same
    const isInstant = date[2] !== undefined || type === 'Edm.DateTimeOffset'
    if (isInstant) return writeIso(at)
    return zones.told ? writeIso(instantOf(zones.told, at)) : writeIso(at).slice(0, -1)
  }
  if (type !== 'Edm.Time') return value
  const time = timeSpan.exec(value)
  return time ? [time[1], time[2], time[3]].map((part) => (part ?? '0').padStart(2, '0')).join(':') : value
}

/** The instant at which a clock of the zone shows what the ticks would show in UTC. */
function instantOf(zone: LocalTime, wall: number): number {
  const day = Math.floor(wall / 86_400_000)
  const minutes = Math.floor((wall - day * 86_400_000) / 60_000)
  return zone.momentOf(day, minutes) + (((wall % 60_000) + 60_000) % 60_000)
}

/** ISO 8601 in UTC, without a fraction that says nothing. */
const writeIso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

/** A plain value of the cursor's field as the cursor is kept: moments as instants. */
export function cursorValue(value: unknown, zones: Zones): string {
  const written = String(value)
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(written)) return written
  const wall = Date.parse(written.length > 10 ? `${written}Z` : written)
  return Number.isNaN(wall) ? written : writeIso(instantOf(zones.cursor, wall))
}

/** A cursor as the service takes it in $filter: a literal of the field's own type, in its version of the protocol. */
export function writeLiteral(version: 2 | 4, type: string, value: string, zones: Zones): string {
  const moment = () => {
    const at = Date.parse(value)
    if (Number.isNaN(at))
      throw new SourceError(
        'cursor_unreadable',
        `"${value.slice(0, 60)}" is no moment, but the field is of ${type}`,
        {
          mend: 'Write cursor.initial as a moment such as 2026-01-31T08:00:00Z',
        },
      )
    return at
  }
  const wall = () => {
    const at = moment()
    return writeIso(at + zones.cursor.offsetAt(at)).slice(0, -1)
  }
  const number = () => {
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return value
    throw new SourceError(
      'cursor_unreadable',
      `"${value.slice(0, 60)}" is no number, but the field is of ${type}`,
    )
  }
  // what stands without quotation marks must be nothing else
  const plain = (form: RegExp) => () => {
    if (form.test(value)) return value
    throw new SourceError('cursor_unreadable', `"${value.slice(0, 60)}" is no ${type}`)
  }
  const guid = plain(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  const clock = plain(/^\d\d:\d\d(:\d\d(\.\d+)?)?$/)
  const quoted = `'${value.replaceAll("'", "''")}'`
  const of2: Record<string, () => string> = {
    'Edm.DateTime': () => `datetime'${wall()}'`,
    'Edm.DateTimeOffset': () => `datetimeoffset'${writeIso(moment())}'`,
    'Edm.Time': () => `time'PT${clock().replace(/^(\d+):(\d+):(\d+).*$/, '$1H$2M$3S')}'`,
    'Edm.Guid': () => `guid'${guid()}'`,
    'Edm.Int64': () => `${number()}L`,
    'Edm.Decimal': () => `${number()}M`,
    'Edm.Double': () => `${number()}d`,
    'Edm.Single': () => `${number()}f`,
  }
  const of4: Record<string, () => string> = {
    'Edm.DateTimeOffset': () => writeIso(moment()),
    'Edm.Date': () => wall().slice(0, 10),
    'Edm.TimeOfDay': clock,
    'Edm.Guid': guid,
    'Edm.Int64': number,
    'Edm.Decimal': number,
    'Edm.Double': number,
    'Edm.Single': number,
  }
  const both: Record<string, () => string> = {
    'Edm.Byte': number,
    'Edm.SByte': number,
    'Edm.Int16': number,
    'Edm.Int32': number,
    'Edm.Boolean': plain(/^(true|false)$/),
  }
  return ((version === 2 ? of2 : of4)[type] ?? both[type] ?? (() => quoted))()
}

/** Whether a type of EDM is a moment, a number, or text to the cursor. */
export const cursorTypeOf = (type: string): 'moment' | 'number' | 'text' =>
  ['Edm.DateTime', 'Edm.DateTimeOffset', 'Edm.Date'].includes(type)
    ? 'moment'
    : /^Edm\.(S?Byte|Int16|Int32|Int64|Decimal|Double|Single)$/.test(type)
      ? 'number'
      : 'text'
