import { tracesStructure } from './otlp-format.ts'
import { attributeMap, attributeMaps, attributeTypes } from './otlp-values.ts'
import type { FileLoad, Params } from './store.ts'

/** Names of the attributes that carry the estate's words; the first one present counts, a span's own before its resource's. */
export type SpanNames = { plant: string[]; flow: string[]; key: string[]; system: string[] }
/** How old a span may be, and how far ahead of us; milliseconds. */
export type SpanLimits = { oldest_ms: number; ahead_ms: number }

const carried = ['plant', 'flow', 'key', 'system'] as const

/** Placeholders of the names, so that no name is ever pasted into a statement. */
export const nameParams = (names: SpanNames): Params =>
  Object.fromEntries(
    carried.flatMap((word) => names[word].map((name, index) => [`${word}_name_${index}`, name])),
  )
/** The first of the names that a map holds, else the fallback. */
export const firstNamed = (map: string, word: string, names: string[], fallback: string) =>
  names.reduceRight((rest, _name, index) => {
    const found = `${map}[{${word}_name_${index}:String}]`
    return `if(${found} != '', ${found}, ${rest})`
  }, fallback)

const hasBadTrace = '(length(span.trace_id) != 16 OR span.trace_id = repeat(char(0), 16))'
const hasBadSpan = '(length(span.span_id) != 8 OR span.span_id = repeat(char(0), 8))'
const started = 'span.start_time_unix_nano'
const ended = 'span.end_time_unix_nano'
/** Whether a moment in nanoseconds lies outside of the limits, seen from the moment of receipt. */
export const isBefore = (moment: string) => `(${moment} < (received_ms - {oldest_ms:UInt64}) * 1000000)`
export const isAfter = (moment: string) => `(${moment} > (received_ms + {ahead_ms:UInt64}) * 1000000)`
const isTooOld = isBefore(started)
const isAhead = isAfter(started)
const shown = (id: string) => `concat('found "', lower(hex(substring(${id}, 1, 20))), '"')`
const reason = (isBroken: string, code: string, text: string) =>
  `if(${isBroken}, ('${code}', ${text}), ('', ''))`

/** What the walk of the collector counts, by the same rules. */
const isBad = `(${hasBadTrace} OR ${hasBadSpan} OR ${ended} < ${started} OR ${isTooOld} OR ${isAhead})`
/** Why a span is not stored, as (code, reason) pairs. */
const reasons = `arrayFilter(pair -> pair.1 != '', [
      ${reason(hasBadTrace, 'span.trace_id', `concat('trace_id: expected 16 bytes, not all zero, ', ${shown('span.trace_id')})`)},
      ${reason(hasBadSpan, 'span.span_id', `concat('span_id: expected 8 bytes, not all zero, ', ${shown('span.span_id')})`)},
      ${reason(`${ended} < ${started}`, 'span.times', `concat('end_time_unix_nano: ', toString(${ended}), ' is before the start, ', toString(${started}))`)},
      ${reason(isTooOld, 'span.age', `concat('start_time_unix_nano: ', toString(${started}), ' is longer ago than spans are taken')`)},
      ${reason(isAhead, 'span.future', `concat('start_time_unix_nano: ', toString(${started}), ' is further ahead than our clocks may differ')`)}
    ])`

const clock = (nanoseconds: string) => `fromUnixTimestamp64Nano(toInt64(${nanoseconds}), 'UTC')`
const number64 = (id: string) => `byteSwap(reinterpretAsUInt64(substring(${id}, 1, 8)))`
const enumerated = (value: string, names: string[]) =>
  `CAST(if(${value} BETWEEN 0 AND ${names.length - 1}, ${value}, 0) AS Enum8(${names.map((name, index) => `'${name}' = ${index}`).join(', ')}))`

const columns = (names: SpanNames): Record<string, string> => ({
  // what lies outside of the column's years is refused by its reasons
  ts: clock(`least(${started}, 9223372036854775807)`),
  trace_id: 'toFixedString(substring(span.trace_id, 1, 16), 16)',
  span_id: number64('span.span_id'),
  parent_span_id: number64('span.parent_span_id'),
  plant: firstNamed('attributes', 'plant', names.plant, 'resource_plant'),
  flow: firstNamed('attributes', 'flow', names.flow, 'resource_flow'),
  system: firstNamed('attributes', 'system', names.system, 'resource_system'),
  service: 'service',
  peer: "if(attributes['peer.service'] != '', attributes['peer.service'], attributes['server.address'])",
  name: 'span.name',
  kind: enumerated('span.kind', ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']),
  status: enumerated('span.status.code', ['UNSET', 'OK', 'ERROR']),
  status_message: 'span.status.message',
  duration_ns: `if(${ended} > ${started}, ${ended} - ${started}, 0)`,
  key: firstNamed('attributes', 'key', names.key, 'resource_key'),
  attributes: 'attributes',
  attribute_types: attributeTypes('span.attributes'),
  resource: 'resource',
  resource_types: 'resource_types',
  scope: 'scope',
  scope_version: 'scope_version',
  schema_url: 'schema_url',
  trace_state: 'span.trace_state',
  flags: 'span.flags',
  dropped_attributes: 'span.dropped_attributes_count',
  dropped_events: 'span.dropped_events_count',
  dropped_links: 'span.dropped_links_count',
  'events.ts': `arrayMap(at -> ${clock('at')}, span.events.time_unix_nano)`,
  'events.name': 'span.events.name',
  'events.attributes': 'arraySlice(maps, 1, length(span.events.name))',
  'events.dropped': 'span.events.dropped_attributes_count',
  'links.trace_id': 'arrayMap(id -> toFixedString(substring(id, 1, 16), 16), span.links.trace_id)',
  'links.span_id': `arrayMap(id -> ${number64('id')}, span.links.span_id)`,
  'links.trace_state': 'span.links.trace_state',
  'links.attributes': 'arraySlice(maps, 1 + length(span.events.name))',
  'links.flags': 'span.links.flags',
  'links.dropped': 'span.links.dropped_attributes_count',
  received_at: "fromUnixTimestamp64Milli(toInt64(received_ms), 'UTC')",
})

/** From a file of trace requests to spans: what a resource says is worked out once for all of its spans. */
const explode = (names: SpanNames) => (file: string) =>
  `(
  SELECT *, ${attributeMap('span.attributes')} AS attributes,
    ${attributeMaps('arrayConcat(span.events.attributes, span.links.attributes)')} AS maps
  FROM (
    SELECT ${(['plant', 'flow', 'key', 'system'] as const).map((word) => `CAST(${firstNamed('resource_map', word, names[word], "''")} AS LowCardinality(String)) AS resource_${word}`).join(', ')},
      CAST(resource_map['service.name'] AS LowCardinality(String)) AS service,
      CAST(toJSONString(resource_map) AS LowCardinality(String)) AS resource,
      resource_types, scope, scope_version, schema_url, arrayJoin(spans) AS span, received_ms, source
    FROM (
      SELECT mapConcat(maps[1], mapApply((name, value) -> (concat('otel.scope.', name), value), maps[2])) AS resource_map,
        resource_types, scope, scope_version, schema_url, spans, received_ms, source
      FROM (
        SELECT ${attributeMaps('[one.resource.attributes, scoped.scope.attributes]')} AS maps,
          CAST(concat(${attributeTypes('one.resource.attributes')}, ${attributeTypes('scoped.scope.attributes')}) AS LowCardinality(String)) AS resource_types,
          CAST(scoped.scope.name AS LowCardinality(String)) AS scope, CAST(scoped.scope.version AS LowCardinality(String)) AS scope_version,
          CAST(if(scoped.schema_url != '', scoped.schema_url, one.schema_url) AS LowCardinality(String)) AS schema_url,
          scoped.spans AS spans, received_ms, source
        FROM (
          SELECT one, arrayJoin(one.scope_spans) AS scoped, received_ms, source
          FROM (SELECT arrayJoin(resource_spans) AS one, received_ms, source FROM ${file})
        )
      )
    )
  )
)`

type Load = Pick<FileLoad, 'structure' | 'table' | 'select' | 'from'>

/** How the engine takes the spans of a segment: all of them when the walk found nothing wrong, or the good ones. */
export function spansLoad(names: SpanNames, isMixed = false): Load {
  const list = Object.entries(columns(names))
  const from = explode(names)
  return {
    structure: tracesStructure,
    table: `spans_in (${list.map(([name]) => `\`${name}\``).join(', ')})`,
    select: list.map(([name, expression]) => `${expression} AS \`${name}\``).join(',\n  '),
    from: isMixed ? (file) => `${from(file)} WHERE NOT ${isBad}` : from,
  }
}

/** How the engine keeps the others, each whole and with every reason. */
export function badSpansLoad(names: SpanNames): Load {
  const picked = columns(names)
  const body = ['name', 'service', 'ts', 'duration_ns', 'attributes', 'resource']
    .map((name) => `'${name}', toString(${picked[name]})`)
    .join(', ')
  const list: Record<string, string> = {
    received_at: picked.received_at as string,
    source: 'source',
    kind: "'span'",
    system: picked.system as string,
    plant: picked.plant as string,
    flow: picked.flow as string,
    message_id: "concat(lower(hex(span.trace_id)), '-', lower(hex(span.span_id)))",
    reasons: 'why.2',
    codes: 'why.1',
    body: `toJSONString(map(${body}))`,
  }
  const from = explode(names)
  return {
    structure: tracesStructure,
    table: `quarantine (${Object.keys(list).join(', ')})`,
    select: Object.entries(list)
      .map(([name, expression]) => `${expression} AS ${name}`)
      .join(',\n  '),
    from: (file) => `(SELECT *, ${reasons} AS why FROM ${from(file)} WHERE ${isBad})`,
  }
}
