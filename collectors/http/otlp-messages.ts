/**
 * The messages of OTLP trace and metrics requests, by field number, from opentelemetry-proto (trace.proto,
 * metrics.proto, common.proto, resource.proto). The walk over protobuf bodies and the writer for JSON bodies both follow this one description.
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
  | 'sfixed64'
  | 'fixed32'
/** Of the fields that are `either` a message has one at the most: no message of OTLP has two such groups. */
export type Field = { name: string; type: Scalar | Message; repeated?: boolean; either?: boolean }
export type Message = { title: string; fields: (Field | undefined)[] }

const message = (title: string, fields: Record<number, Field>): Message => {
  const list: (Field | undefined)[] = []
  for (const [number, field] of Object.entries(fields)) list[Number(number)] = field
  return { title, fields: list }
}
const one = (name: string, type: Field['type']): Field => ({ name, type })
const either = (name: string, type: Field['type']): Field => ({ name, type, either: true })
const many = (name: string, type: Field['type']): Field => ({ name, type, repeated: true })

const anyValue = message('AnyValue', {})
export const keyValueMessage = message('KeyValue', { 1: one('key', 'string'), 2: one('value', anyValue) })
const arrayValue = message('ArrayValue', { 1: many('values', anyValue) })
const keyValueList = message('KeyValueList', { 1: many('values', keyValueMessage) })
anyValue.fields.push(
  undefined,
  either('stringValue', 'string'),
  either('boolValue', 'bool'),
  either('intValue', 'int64'),
  either('doubleValue', 'double'),
  either('arrayValue', arrayValue),
  either('kvlistValue', keyValueList),
  either('bytesValue', 'bytes'),
)
const event = message('Span.Event', {
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: many('attributes', keyValueMessage),
  4: one('droppedAttributesCount', 'uint32'),
})
const link = message('Span.Link', {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  3: one('traceState', 'string'),
  4: many('attributes', keyValueMessage),
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
  9: many('attributes', keyValueMessage),
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
  3: many('attributes', keyValueMessage),
  4: one('droppedAttributesCount', 'uint32'),
})
const scopeSpans = message('ScopeSpans', {
  1: one('scope', scope),
  2: many('spans', spanMessage),
  3: one('schemaUrl', 'string'),
})
const resource = message('Resource', {
  1: many('attributes', keyValueMessage),
  2: one('droppedAttributesCount', 'uint32'),
})
const resourceSpans = message('ResourceSpans', {
  1: one('resource', resource),
  2: many('scopeSpans', scopeSpans),
  3: one('schemaUrl', 'string'),
})
const exemplar = message('Exemplar', {
  2: one('timeUnixNano', 'fixed64'),
  3: either('asDouble', 'double'),
  4: one('spanId', 'id'),
  5: one('traceId', 'id'),
  6: either('asInt', 'sfixed64'),
  7: many('filteredAttributes', keyValueMessage),
})
/** A measurement of a gauge or a sum. */
export const pointMessage = message('NumberDataPoint', {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: either('asDouble', 'double'),
  5: many('exemplars', exemplar),
  6: either('asInt', 'sfixed64'),
  7: many('attributes', keyValueMessage),
  8: one('flags', 'uint32'),
})
const gauge = message('Gauge', { 1: many('dataPoints', pointMessage) })
const sum = message('Sum', {
  1: many('dataPoints', pointMessage),
  2: one('aggregationTemporality', 'enum'),
  3: one('isMonotonic', 'bool'),
})
const distribution = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
}
const histogramPoint = message('HistogramDataPoint', {
  ...distribution,
  6: many('bucketCounts', 'fixed64'),
  7: many('explicitBounds', 'double'),
  8: many('exemplars', exemplar),
  9: many('attributes', keyValueMessage),
  10: one('flags', 'uint32'),
  11: one('min', 'double'),
  12: one('max', 'double'),
})
const exponentialPoint = message('ExponentialHistogramDataPoint', {
  ...distribution,
  1: many('attributes', keyValueMessage),
  7: one('zeroCount', 'fixed64'),
  10: one('flags', 'uint32'),
  11: many('exemplars', exemplar),
  12: one('min', 'double'),
  13: one('max', 'double'),
})
const summaryPoint = message('SummaryDataPoint', {
  ...distribution,
  7: many('attributes', keyValueMessage),
  8: one('flags', 'uint32'),
})
/**
 * Points of the kinds we don't keep. They are counted, and what stands in them is walked over like all else, but for
 * exponential buckets and quantiles: a body that is damaged there is one that its sender must hear of.
 */
export const otherPointMessages: ReadonlySet<Message> = new Set([
  histogramPoint,
  exponentialPoint,
  summaryPoint,
])
const pointsOf = (title: string, point: Message) => message(title, { 1: many('dataPoints', point) })
const metric = message('Metric', {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: either('gauge', gauge),
  7: either('sum', sum),
  9: either('histogram', pointsOf('Histogram', histogramPoint)),
  10: either('exponentialHistogram', pointsOf('ExponentialHistogram', exponentialPoint)),
  11: either('summary', pointsOf('Summary', summaryPoint)),
})
const scopeMetrics = message('ScopeMetrics', {
  1: one('scope', scope),
  2: many('metrics', metric),
  3: one('schemaUrl', 'string'),
})
const resourceMetrics = message('ResourceMetrics', {
  1: one('resource', resource),
  2: many('scopeMetrics', scopeMetrics),
  3: one('schemaUrl', 'string'),
})

/** ExportTraceServiceRequest and ExportMetricsServiceRequest */
export const requestMessages = {
  traces: message('ExportTraceServiceRequest', { 1: many('resourceSpans', resourceSpans) }),
  metrics: message('ExportMetricsServiceRequest', { 1: many('resourceMetrics', resourceMetrics) }),
} as const
export type Signal = keyof typeof requestMessages

/** The names of enumerated values, which other protobuf JSON writers emit in place of their numbers. */
export const enumNames = [
  [
    'SPAN_KIND_UNSPECIFIED',
    'SPAN_KIND_INTERNAL',
    'SPAN_KIND_SERVER',
    'SPAN_KIND_CLIENT',
    'SPAN_KIND_PRODUCER',
    'SPAN_KIND_CONSUMER',
  ],
  ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
  [
    'AGGREGATION_TEMPORALITY_UNSPECIFIED',
    'AGGREGATION_TEMPORALITY_DELTA',
    'AGGREGATION_TEMPORALITY_CUMULATIVE',
  ],
]

/** Wire types of the protobuf encoding. */
export const wire = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const
export function wireOf(type: Field['type']): number {
  if (typeof type === 'object' || type === 'string' || type === 'bytes' || type === 'id') return wire.length
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return wire.fixed64
  return type === 'fixed32' ? wire.fixed32 : wire.varint
}
