import { fileURLToPath } from 'node:url'

/** The schema of a spool record: a trace or metrics request, with what the collector noted of its receipt. */
export const otlpProtobuf = (message: 'Traces' | 'Metrics') => ({
  path: fileURLToPath(new URL('./otlp.proto', import.meta.url)),
  message,
})

/** How deep lists inside of lists are read as such; what is nested deeper is kept as the bytes it came in. */
export const typedDepth = 1

// `kind` holds the number of the oneof's field that is present, 0 for none
const scalars = 'kind UInt8, string_value String, bool_value UInt64, int_value Int64, double_value Float64'
const anyValue = (depth: number): string =>
  depth === 0
    ? `Tuple(${scalars}, array_value String, kvlist_value String, bytes_value String)`
    : `Tuple(${scalars}, array_value Tuple(values Array(${anyValue(depth - 1)})), kvlist_value Tuple(values Array(Tuple(key String, value ${anyValue(depth - 1)}))), bytes_value String)`
export const keyValue = `Tuple(key String, value ${anyValue(typedDepth)})`
const keyValues = `Array(${keyValue})`

const resource = `resource Tuple(attributes ${keyValues})`
const scope = `scope Tuple(name String, version String, attributes ${keyValues})`
const event = `Tuple(time_unix_nano UInt64, name String, attributes ${keyValues}, dropped_attributes_count UInt64)`
const link = `Tuple(trace_id String, span_id String, trace_state String, attributes ${keyValues}, dropped_attributes_count UInt64, flags UInt32)`
const span = `Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, name String, kind Int64, start_time_unix_nano UInt64, end_time_unix_nano UInt64, attributes ${keyValues}, dropped_attributes_count UInt64, events Array(${event}), dropped_events_count UInt64, links Array(${link}), dropped_links_count UInt64, status Tuple(message String, code Int64), flags UInt32)`

// what the collector appends to each request
const receipt = 'received_ms UInt64, source String'

/** Columns of a trace request as the engine reads it. */
export const tracesStructure = `resource_spans Array(Tuple(${resource}, scope_spans Array(Tuple(${scope}, spans Array(${span}), schema_url String)), schema_url String)), ${receipt}`

const point =
  'Tuple(start_time_unix_nano UInt64, time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, attributes ' +
  `${keyValues}, flags UInt64)`
const points = `data_points Array(${point})`

/** Columns of a metrics request: gauges and sums; other kinds are passed over, the collector says so to their sender. */
export const metricsStructure = `resource_metrics Array(Tuple(${resource}, scope_metrics Array(Tuple(${scope}, metrics Array(Tuple(name String, unit String, gauge Tuple(${points}), sum Tuple(${points}, aggregation_temporality Int64, is_monotonic UInt64))))))), ${receipt}`

export const otlpSettings = {
  input_format_protobuf_oneof_presence: 1,
  // the long expressions are slower when merged, measured
  query_plan_merge_expressions: 0,
  // identical spans of one request are one row once parts merge; queries read FINAL
  optimize_on_insert: 0,
}
