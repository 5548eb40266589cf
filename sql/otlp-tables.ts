import { anyValue, otlpStructure } from './otlp-format.ts'

const map = 'Map(LowCardinality(String), String)'

/** JSON text of a value inside an array or list; what is nested deeper stays its protobuf bytes in base64. */
const leafJson = (value: string) =>
  `multiIf(${value}.kind = 1, toJSONString(${value}.string_value), ${value}.kind = 3, toString(${value}.int_value), ${value}.kind = 2, if(${value}.bool_value != 0, 'true', 'false'), ${value}.kind = 4, toJSONString(${value}.double_value), ${value}.kind = 5, concat('"', base64Encode(${value}.array_value), '"'), ${value}.kind = 6, concat('"', base64Encode(${value}.kvlist_value), '"'), ${value}.kind = 7, concat('"', base64Encode(${value}.bytes_value), '"'), 'null')`

/** The same for an event's or link's attribute: text as it is, the rest as above. */
const leafText = (value: string) =>
  `if(${value}.kind = 1, ${value}.string_value, if(${value}.kind = 0, '', trim(BOTH '"' FROM ${leafJson(value)})))`

/** Text of attribute values: strings as they are, numbers exact, arrays and lists as JSON, bytes as base64. */
const valueParts = [
  'kind',
  'string_value',
  'bool_value',
  'int_value',
  'double_value',
  'array_value.values',
  'kvlist_value.values',
  'bytes_value',
]
const texts = (attributes: string) =>
  `arrayMap((kind, text, flag, whole, real, list, pairs, raw) -> multiIf(kind = 1, text, kind = 3, toString(whole), kind = 2, if(flag != 0, 'true', 'false'), kind = 4, toString(real), kind = 5, concat('[', arrayStringConcat(arrayMap(item -> ${leafJson('item')}, list), ','), ']'), kind = 6, concat('{', arrayStringConcat(arrayMap(pair -> concat(toJSONString(pair.key), ':', ${leafJson('pair.value')}), pairs), ','), '}'), kind = 7, base64Encode(raw), ''), ${valueParts.map((part) => `${attributes}.value.${part}`).join(', ')})`
const attributeMap = (attributes: string) => `CAST((${attributes}.key, ${texts(attributes)}), '${map}')`
const leafMaps = (lists: string) =>
  `arrayMap(entry -> CAST((entry.key, arrayMap(value -> ${leafText('value')}, entry.value)), '${map}'), ${lists})`

/** The first of the estate's attribute names that the span, or else its resource, carries. */
const named = (names: string) =>
  `arrayFirst(text -> text != '', arrayConcat(arrayMap(name -> attributes[name], ${names}), arrayMap(name -> resource[name], ${names})))`

/** The input table of trace requests and the view that turns them into spans; idempotent, in order. */
export function otlpStatements(): string[] {
  const names =
    'plant_names Array(String), flow_names Array(String), key_names Array(String), system_names Array(String), load_seq UInt64'
  const carried = 'received_ms, plant_names, flow_names, key_names, system_names, load_seq'
  return [
    `CREATE TABLE IF NOT EXISTS otlp_in /*on cluster*/ (${otlpStructure}, ${names}) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS otel_spans_mv /*on cluster*/ TO otel_spans AS
SELECT
  fromUnixTimestamp64Nano(toInt64(span.start_time_unix_nano), 'UTC') AS ts,
  CAST(span.trace_id AS FixedString(16)) AS trace_id,
  byteSwap(reinterpretAsUInt64(span.span_id)) AS span_id,
  byteSwap(reinterpretAsUInt64(span.parent_span_id)) AS parent_span_id,
  ${named('plant_names')} AS plant, ${named('flow_names')} AS flow, ${named('system_names')} AS system,
  resource['service.name'] AS service,
  if(attributes['peer.service'] != '', attributes['peer.service'], attributes['server.address']) AS peer,
  span.name AS name,
  CAST(if(span.kind BETWEEN 0 AND 5, span.kind, 0) AS Enum8('UNSPECIFIED' = 0, 'INTERNAL' = 1, 'SERVER' = 2, 'CLIENT' = 3, 'PRODUCER' = 4, 'CONSUMER' = 5)) AS kind,
  CAST(if(span.status.code BETWEEN 0 AND 2, span.status.code, 0) AS Enum8('UNSET' = 0, 'OK' = 1, 'ERROR' = 2)) AS status,
  span.status.message AS status_message,
  if(span.end_time_unix_nano > span.start_time_unix_nano, span.end_time_unix_nano - span.start_time_unix_nano, 0) AS duration_ns,
  ${named('key_names')} AS key,
  attributes, resource, scope, span.trace_state AS trace_state, span.flags AS flags,
  span.dropped_attributes_count + span.dropped_events_count + span.dropped_links_count AS dropped,
  arrayMap(at -> fromUnixTimestamp64Nano(toInt64(at), 'UTC'), span.events.time_unix_nano) AS \`events.ts\`,
  span.events.name AS \`events.name\`,
  arraySlice(nested, 1, length(span.events.name)) AS \`events.attributes\`,
  arrayMap(id -> CAST(substring(id, 1, 16) AS FixedString(16)), span.links.trace_id) AS \`links.trace_id\`,
  arrayMap(id -> byteSwap(reinterpretAsUInt64(id)), span.links.span_id) AS \`links.span_id\`,
  arraySlice(nested, length(span.events.name) + 1) AS \`links.attributes\`,
  fromUnixTimestamp64Milli(toInt64(received_ms), 'UTC') AS received_at,
  load_seq
FROM (
  SELECT *, ${attributeMap('span.attributes')} AS attributes, ${leafMaps('arrayConcat(span.events.attributes, span.links.attributes)')} AS nested
  FROM (
    SELECT ${attributeMap('resource_attributes')} AS resource, scope_spans.scope.name AS scope, arrayJoin(scope_spans.spans) AS span, ${carried}
    FROM (
      SELECT arrayConcat(resource_spans_one.resource.attributes, arrayMap(entry -> CAST((concat('otel.scope.', entry.key), entry.value), 'Tuple(key String, value ${anyValue})'), scope_spans.scope.attributes)) AS resource_attributes, scope_spans, ${carried}
      FROM (
        SELECT resource_spans_one, arrayJoin(resource_spans_one.scope_spans) AS scope_spans, ${carried}
        FROM (SELECT arrayJoin(resource_spans) AS resource_spans_one, ${carried} FROM otlp_in)
      )
    )
  )
)
WHERE length(span.trace_id) = 16 AND span.trace_id != repeat(char(0), 16) AND length(span.span_id) = 8 AND span.span_id != repeat(char(0), 8)`,
  ]
}
