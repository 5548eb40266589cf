/**
 * The messages of an OTLP trace request, by field number, from opentelemetry-proto (trace.proto, common.proto,
 * resource.proto). The walk over protobuf bodies and the writer for JSON bodies both follow this one description.
 */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'int64'
  | 'uint32'
  | 'enum'
  | 'double'
  | 'fixed64'
  | 'fixed32'
export type Field = { name: string; type: Scalar | Message; repeated?: boolean }
export type Message = { title: string; fields: (Field | undefined)[]; isOneof?: boolean }

const message = (title: string, fields: Record<number, Field>, isOneof = false): Message => {
  const list: (Field | undefined)[] = []
  for (const [number, field] of Object.entries(fields)) list[Number(number)] = field
  return { title, fields: list, isOneof }
}
const one = (name: string, type: Field['type']): Field => ({ name, type })
const many = (name: string, type: Field['type']): Field => ({ name, type, repeated: true })

const anyValue = message('AnyValue', {}, true)
const keyValue = message('KeyValue', { 1: one('key', 'string'), 2: one('value', anyValue) })
const arrayValue = message('ArrayValue', { 1: many('values', anyValue) })
const keyValueList = message('KeyValueList', { 1: many('values', keyValue) })
anyValue.fields.push(
  undefined,
  one('stringValue', 'string'),
  one('boolValue', 'bool'),
  one('intValue', 'int64'),
  one('doubleValue', 'double'),
  one('arrayValue', arrayValue),
  one('kvlistValue', keyValueList),
  one('bytesValue', 'bytes'),
)
const event = message('Span.Event', {
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: many('attributes', keyValue),
  4: one('droppedAttributesCount', 'uint32'),
})
const link = message('Span.Link', {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  3: one('traceState', 'string'),
  4: many('attributes', keyValue),
  5: one('droppedAttributesCount', 'uint32'),
  6: one('flags', 'fixed32'),
})
const status = message('Status', { 2: one('message', 'string'), 3: one('code', 'enum') })
export const spanMessage = message('Span', {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'id'),
  5: one('name', 'string'),
  6: one('kind', 'enum'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: many('attributes', keyValue),
  10: one('droppedAttributesCount', 'uint32'),
  11: many('events', event),
  12: one('droppedEventsCount', 'uint32'),
  13: many('links', link),
  14: one('droppedLinksCount', 'uint32'),
  15: one('status', status),
  16: one('flags', 'fixed32'),
})
const scope = message('InstrumentationScope', {
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: many('attributes', keyValue),
  4: one('droppedAttributesCount', 'uint32'),
})
const scopeSpans = message('ScopeSpans', {
  1: one('scope', scope),
  2: many('spans', spanMessage),
  3: one('schemaUrl', 'string'),
})
const resource = message('Resource', {
  1: many('attributes', keyValue),
  2: one('droppedAttributesCount', 'uint32'),
})
const resourceSpans = message('ResourceSpans', {
  1: one('resource', resource),
  2: many('scopeSpans', scopeSpans),
  3: one('schemaUrl', 'string'),
})
/** ExportTraceServiceRequest */
export const requestMessage = message('ExportTraceServiceRequest', {
  1: many('resourceSpans', resourceSpans),
})

/** Wire types of the protobuf encoding. */
export const wire = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const
export function wireOf(type: Field['type']): number {
  if (typeof type === 'object' || type === 'string' || type === 'bytes' || type === 'id') return wire.length
  if (type === 'double' || type === 'fixed64') return wire.fixed64
  return type === 'fixed32' ? wire.fixed32 : wire.varint
}
