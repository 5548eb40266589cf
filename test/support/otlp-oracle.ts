import type { Store } from '../../sql/store.ts'
import {
  type AnyValue,
  encodeOfficial,
  type KeyValue,
  type MetricsRequest,
  type Span,
  type TraceRequest,
} from './otlp-official.ts'

/** What the store holds of a span, in forms that can be compared: ids in hex, times in nanoseconds, maps as pairs. */
export type SpanRow = {
  trace_id: string
  span_id: string
  parent_span_id: string
  start_ns: string
  duration_ns: string
  name: string
  kind: string
  status: string
  status_message: string
  plant: string
  flow: string
  system: string
  service: string
  peer: string
  key: string
  attributes: [string, string][]
  attribute_types: string
  resource: [string, string][]
  resource_types: string
  scope: string
  scope_version: string
  schema_url: string
  trace_state: string
  flags: number
  dropped: number[]
  events: { ns: string; name: string; attributes: [string, string][]; dropped: number }[]
  links: {
    trace_id: string
    span_id: string
    trace_state: string
    attributes: [string, string][]
    flags: number
    dropped: number
  }[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const statuses = ['UNSET', 'OK', 'ERROR']
const digits: [keyof AnyValue, string][] = [
  ['stringValue', '1'],
  ['boolValue', '2'],
  ['intValue', '3'],
  ['doubleValue', '4'],
  ['arrayValue', '5'],
  ['kvlistValue', '6'],
  ['bytesValue', '7'],
]

const hexOf = (bytes: Uint8Array | undefined, length: number) =>
  Buffer.concat([Buffer.from(bytes ?? []), Buffer.alloc(length)]).toString('hex', 0, length)
const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64')
/** A double as text; the engine's words for what is no number. */
const real = (value: number) =>
  Number.isNaN(value)
    ? 'nan'
    : Object.is(value, -0)
      ? '-0'
      : String(value).replace('Infinity', 'inf').replace('e+', 'e')
/** JSON text as the engine writes it: it also escapes the slash, and spells what is escaped by number in capitals. */
const quoted = (text: string) =>
  JSON.stringify(text)
    .replace(/\\(u[0-9a-f]{4}|.)/g, (_, escaped: string) =>
      escaped.length > 1 ? `\\u${escaped.slice(1).toUpperCase()}` : `\\${escaped}`,
    )
    .replaceAll('/', '\\/')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')

/** The text of an attribute: scalars as they are, lists as JSON, what is nested in a list of a list as its bytes. */
export function textOf(value: AnyValue | undefined): string {
  if (!value) return ''
  if (value.arrayValue) return `[${value.arrayValue.values?.map(itemOf).join(',') ?? ''}]`
  if (value.kvlistValue)
    return `{${value.kvlistValue.values?.map((pair) => `${quoted(pair.key ?? '')}:${itemOf(pair.value)}`).join(',') ?? ''}}`
  if (value.bytesValue) return base64(value.bytesValue)
  if (value.doubleValue !== undefined) return real(value.doubleValue)
  return String(value.stringValue ?? value.boolValue ?? value.intValue ?? '')
}
function itemOf(value: AnyValue | undefined): string {
  if (value?.arrayValue) return `{"otlp.array":"${base64(encodeOfficial('ArrayValue', value.arrayValue))}"}`
  if (value?.kvlistValue)
    return `{"otlp.kvlist":"${base64(encodeOfficial('KeyValueList', value.kvlistValue))}"}`
  if (value?.bytesValue) return `{"base64":"${base64(value.bytesValue)}"}`
  if (value?.stringValue !== undefined) return quoted(value.stringValue)
  if (value?.doubleValue !== undefined && !Number.isFinite(value.doubleValue))
    return `{"otlp.double":"${real(value.doubleValue)}"}`
  return value && Object.keys(value).length > 0 ? textOf(value) : 'null'
}

const pairsOf = (attributes: KeyValue[] = []) =>
  attributes.map(({ key, value }): [string, string] => [key ?? '', textOf(value)])
const typesOf = (attributes: KeyValue[] = []) =>
  attributes
    .map(({ value = {} }) => digits.find(([member]) => value[member] !== undefined)?.[1] ?? '0')
    .join('')
const valueIn = (pairs: [string, string][], name: string) => pairs.find(([key]) => key === name)?.[1] ?? ''

/** What the store must hold of a request, span by span, by the default names of the estate's words. */
export function expectedSpans(request: TraceRequest): SpanRow[] {
  return (request.resourceSpans ?? []).flatMap((one) =>
    (one.scopeSpans ?? []).flatMap((scoped) => {
      const resource = [
        ...pairsOf(one.resource?.attributes),
        ...pairsOf(scoped.scope?.attributes).map(([key, text]): [string, string] => [
          `otel.scope.${key}`,
          text,
        ]),
      ]
      return (scoped.spans ?? []).map((span) => ({
        ...expectedSpan(span, resource),
        resource,
        resource_types: typesOf(one.resource?.attributes) + typesOf(scoped.scope?.attributes),
        scope: scoped.scope?.name ?? '',
        scope_version: scoped.scope?.version ?? '',
        schema_url: scoped.schemaUrl || one.schemaUrl || '',
      }))
    }),
  )
}

function expectedSpan(span: Span, resource: [string, string][]) {
  const attributes = pairsOf(span.attributes)
  const named = (...names: string[]) =>
    [...names.map((name) => valueIn(attributes, name)), ...names.map((name) => valueIn(resource, name))].find(
      (text) => text !== '',
    ) ?? ''
  return {
    trace_id: hexOf(span.traceId, 16),
    span_id: hexOf(span.spanId, 8),
    parent_span_id: hexOf(span.parentSpanId, 8),
    start_ns: span.startTimeUnixNano ?? '0',
    duration_ns: String(BigInt(span.endTimeUnixNano ?? 0) - BigInt(span.startTimeUnixNano ?? 0)),
    name: span.name ?? '',
    kind: kinds[span.kind ?? 0] ?? 'UNSPECIFIED',
    status: statuses[span.status?.code ?? 0] ?? 'UNSET',
    status_message: span.status?.message ?? '',
    plant: named('plumbline.plant'),
    flow: named('plumbline.flow'),
    key: named('plumbline.key'),
    system: named('plumbline.system', 'service.name'),
    service: valueIn(resource, 'service.name'),
    peer: valueIn(attributes, 'peer.service') || valueIn(attributes, 'server.address'),
    attributes,
    attribute_types: typesOf(span.attributes),
    trace_state: span.traceState ?? '',
    flags: span.flags ?? 0,
    dropped: [span.droppedAttributesCount ?? 0, span.droppedEventsCount ?? 0, span.droppedLinksCount ?? 0],
    events: (span.events ?? []).map((event) => ({
      ns: event.timeUnixNano ?? '0',
      name: event.name ?? '',
      attributes: pairsOf(event.attributes),
      dropped: event.droppedAttributesCount ?? 0,
    })),
    links: (span.links ?? []).map((link) => ({
      trace_id: hexOf(link.traceId, 16),
      span_id: hexOf(link.spanId, 8),
      trace_state: link.traceState ?? '',
      attributes: pairsOf(link.attributes),
      flags: link.flags ?? 0,
      dropped: link.droppedAttributesCount ?? 0,
    })),
  }
}

const pairs = (map: string) => `arrayZip(mapKeys(${map}), mapValues(${map}))`
const id = (column: string) => `leftPad(lower(hex(${column})), 16, '0')`
// times are signed inside of the engine: what lies beyond its calendar comes back around
const nanoseconds = (column: string) => `toString(reinterpretAsUInt64(toUnixTimestamp64Nano(${column})))`

/** The spans of the store as the oracle speaks of them. `peer` is no column of theirs; the rollup has it. */
export async function storedSpans(store: Store, where = '1', params = {}): Promise<Omit<SpanRow, 'peer'>[]> {
  const rows = await store.rows<Omit<SpanRow, 'peer' | 'resource'> & { resource: string }>(
    `SELECT lower(hex(otel_spans.trace_id)) AS trace_id, ${id('otel_spans.span_id')} AS span_id, ${id('otel_spans.parent_span_id')} AS parent_span_id,
       ${nanoseconds('ts')} AS start_ns, toString(duration_ns) AS duration_ns, name, kind, status, status_message, plant, flow, system, service, key,
       ${pairs('otel_spans.attributes')} AS attributes, attribute_types, resource, resource_types, scope, scope_version, schema_url, trace_state, flags,
       [dropped_attributes, dropped_events, dropped_links] AS dropped,
       arrayMap((t, n, a, d) -> CAST((${nanoseconds('t')}, n, ${pairs('a')}, d), 'Tuple(ns String, name String, attributes Array(Tuple(String, String)), dropped UInt32)'), events.ts, events.name, events.attributes, events.dropped) AS events,
       arrayMap((t, s, e, a, f, d) -> CAST((lower(hex(t)), ${id('s')}, e, ${pairs('a')}, f, d), 'Tuple(trace_id String, span_id String, trace_state String, attributes Array(Tuple(String, String)), flags UInt32, dropped UInt32)'),
         links.trace_id, links.span_id, links.trace_state, links.attributes, links.flags, links.dropped) AS links
     FROM otel_spans FINAL WHERE ${where} ORDER BY trace_id, span_id`,
    params,
  )
  return rows.map((row) => ({ ...row, resource: readPairs(row.resource) }))
}

/** The pairs of a JSON object in their order, also where a name repeats. */
function readPairs(text: string): [string, string][] {
  const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"/gs)].map(([each]) => JSON.parse(each) as string)
  return strings.flatMap((key, index) => (index % 2 === 0 ? [[key, strings[index + 1] as string]] : []))
}

/** What a query over the store can be compared with, in the order of the ids. */
export const inOrder = (rows: SpanRow[]) =>
  rows
    .map(({ peer: _peer, ...row }) => row)
    .sort((a, b) => (a.trace_id + a.span_id < b.trace_id + b.span_id ? -1 : 1))

export type PointRow = {
  ts_ns: string
  started_ns: string
  service: string
  name: string
  unit: string
  kind: string
  is_monotonic: boolean
  is_delta: boolean
  value: string
  attributes: [string, string][]
  resource: [string, string][]
  scope: string
}

/** What lies beyond the engine's calendar is kept as its last moment. */
const inCalendar = (time = '0') => (BigInt(time) > 2n ** 63n - 1n ? String(2n ** 63n - 1n) : time)

/** What the store must hold of a metrics request: the points of gauges and sums that have a value and a time. */
export function expectedPoints(request: MetricsRequest): PointRow[] {
  return (request.resourceMetrics ?? []).flatMap((one) =>
    (one.scopeMetrics ?? []).flatMap((scoped) =>
      (scoped.metrics ?? []).flatMap((metric) => {
        const resource = pairsOf(one.resource?.attributes)
        const points = metric.gauge?.dataPoints ?? metric.sum?.dataPoints ?? []
        return points
          .filter(
            (point) => (point.asDouble ?? point.asInt) !== undefined && BigInt(point.timeUnixNano ?? 0) > 0n,
          )
          .map((point) => ({
            ts_ns: inCalendar(point.timeUnixNano),
            started_ns: inCalendar(point.startTimeUnixNano),
            service: valueIn(resource, 'service.name'),
            name: metric.name ?? '',
            unit: metric.unit ?? '',
            kind: metric.sum ? 'sum' : 'gauge',
            is_monotonic: metric.sum?.isMonotonic ?? false,
            is_delta: metric.sum?.aggregationTemporality === 1,
            value: real(point.asDouble ?? Number(point.asInt)),
            attributes: pairsOf(point.attributes),
            resource,
            scope: scoped.scope?.name ?? '',
          }))
      }),
    ),
  )
}

const pointOrder = (a: PointRow, b: PointRow) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
export const pointsInOrder = (rows: PointRow[]) => [...rows].sort(pointOrder)

/** The measurements of the store as the oracle speaks of them. */
export async function storedPoints(store: Store, where = '1', params = {}): Promise<PointRow[]> {
  const rows = await store.rows<Omit<PointRow, 'resource'> & { resource: string }>(
    `SELECT ${nanoseconds('ts')} AS ts_ns, ${nanoseconds('started_at')} AS started_ns, service, name, unit, kind, is_monotonic, is_delta,
       toString(value) AS value, ${pairs('measurements.attributes')} AS attributes, resource, scope
     FROM measurements FINAL WHERE ${where}`,
    params,
  )
  return pointsInOrder(rows.map((row) => ({ ...row, resource: readPairs(row.resource) })))
}
