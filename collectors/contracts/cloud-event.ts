/** A CloudEvent that keeps to the specification (CloudEvents 1.0.2, JSON format 1.0.2). Absent attributes are ''. */
export type CloudEvent = {
  id: string
  source: string
  type: string
  subject: string
  /** RFC 3339, or '' */
  time: string
  datacontenttype: string
  dataschema: string
  extensions: Record<string, string>
  /** what `data` holds: parsed JSON, or text, or base64 when `isBinary` */
  data: unknown
  isBinary: boolean
}

const rfc3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(\s*;.*)?$/
const uriReference = /^[^\s<>"{}|\\^`]+$/
/** What the specification keeps out of text: it can't be shown, nor written as UTF-8. */
const unwritable = /[\p{Cc}\p{Cs}]/u
const known = new Set([
  'id',
  'source',
  'specversion',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
])

/** Whether a text is a moment of RFC 3339 that exists. */
export const isMoment = (text: string): boolean => rfc3339.test(text) && !Number.isNaN(Date.parse(text))

/**
 * Reads one event in the JSON format. Returns every reason why it is none, each naming its attribute and what was
 * expected; an empty list means that `event` is whole.
 */
export function readCloudEvent(
  value: unknown,
): { event: CloudEvent; reasons: [] } | { event: undefined; reasons: string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { event: undefined, reasons: ['an event is a JSON object'] }
  const given = value as Record<string, unknown>
  const reasons: string[] = []
  const text = (name: string, isRequired: boolean): string => {
    const found = given[name]
    if (found === undefined || (found === null && !isRequired)) {
      if (isRequired) reasons.push(`${name}: is missing`)
      return ''
    }
    if (typeof found !== 'string')
      reasons.push(`${name}: expected text, found ${found === null ? 'null' : typeof found}`)
    else if (found === '') reasons.push(`${name}: may not be empty`)
    else if (unwritable.test(found))
      reasons.push(`${name}: holds a control character or half a surrogate pair`)
    else return found
    return ''
  }
  const specversion = text('specversion', true)
  if (specversion !== '' && specversion !== '1.0')
    reasons.push(`specversion: expected "1.0", found "${specversion.slice(0, 20)}"`)
  const id = text('id', true)
  const source = text('source', true)
  if (source !== '' && !uriReference.test(source)) reasons.push('source: expected a URI reference')
  const type = text('type', true)
  const subject = text('subject', false)
  const time = text('time', false)
  if (time !== '' && !isMoment(time))
    reasons.push(`time: expected RFC 3339 such as 2018-04-05T17:31:00Z, found "${time.slice(0, 40)}"`)
  const datacontenttype = text('datacontenttype', false)
  if (datacontenttype !== '' && !mediaType.test(datacontenttype))
    reasons.push(
      `datacontenttype: expected a media type such as application/json, found "${datacontenttype.slice(0, 40)}"`,
    )
  const dataschema = text('dataschema', false)
  if (dataschema !== '' && !uriReference.test(dataschema)) reasons.push('dataschema: expected a URI')
  const extensions: Record<string, string> = {}
  for (const name in given) {
    if (known.has(name)) continue
    const found = given[name]
    if (!/^[a-z0-9]+$/.test(name))
      reasons.push(`${name.slice(0, 40)}: attribute names are lower-case letters and digits`)
    else if (found === null) continue
    else if (typeof found === 'string' && unwritable.test(found))
      reasons.push(`${name}: holds a control character or half a surrogate pair`)
    else if (typeof found === 'string' || typeof found === 'boolean') extensions[name] = String(found)
    else if (typeof found === 'number' && Number.isInteger(found) && Math.abs(found) < 2 ** 31)
      extensions[name] = String(found)
    else reasons.push(`${name}: expected text, a boolean or a 32-bit integer`)
  }
  const binary = given.data_base64 ?? undefined
  if (binary !== undefined && given.data !== undefined && given.data !== null)
    reasons.push('data: stands beside data_base64; expected one of them')
  if (binary !== undefined && (typeof binary !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(binary)))
    reasons.push('data_base64: expected base64')
  if (reasons.length > 0) return { event: undefined, reasons }
  return {
    event: {
      id,
      source,
      type,
      subject,
      time,
      datacontenttype,
      dataschema,
      extensions,
      data: binary ?? given.data ?? null,
      isBinary: binary !== undefined,
    },
    reasons: [],
  }
}

/** The event in the JSON format, as it may be sent again. */
export function writeCloudEvent(event: CloudEvent): string {
  return JSON.stringify({ ...attributesOf(event), [event.isBinary ? 'data_base64' : 'data']: event.data })
}

/** The same but for its data: with the data as JSON and a closing brace behind it, it is whole. */
export function writeEnvelope(event: CloudEvent): string {
  const text = JSON.stringify(attributesOf(event))
  return `${text.slice(0, -1)},"${event.isBinary ? 'data_base64' : 'data'}":`
}

function attributesOf({
  id,
  source,
  type,
  subject,
  time,
  datacontenttype,
  dataschema,
  extensions,
}: CloudEvent) {
  const optional = { subject, time, datacontenttype, dataschema }
  const given = Object.entries(optional).filter(([, value]) => value !== '')
  return { specversion: '1.0', id, source, type, ...Object.fromEntries(given), ...extensions }
}
