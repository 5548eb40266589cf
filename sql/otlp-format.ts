import { fileURLToPath } from 'node:url'

/** The schema of a spool record: a trace request with our moment of receipt. */
export const otlpProtobuf = {
  path: fileURLToPath(new URL('./otlp.proto', import.meta.url)),
  message: 'Request',
}

// `kind` holds the number of the oneof's field that is present, 0 for none
const scalarColumns =
  'kind UInt8, string_value String, bool_value UInt64, int_value Int64, double_value Float64'
const leaf = `Tuple(${scalarColumns}, array_value String, kvlist_value String, bytes_value String)`
const keyLeaves = `Array(Tuple(key String, value ${leaf}))`
export const anyValue = `Tuple(${scalarColumns}, array_value Tuple(values Array(${leaf})), kvlist_value Tuple(values ${keyLeaves}), bytes_value String)`
const keyValues = `Array(Tuple(key String, value ${anyValue}))`
const span = `Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, name String, kind Int64, start_time_unix_nano UInt64, end_time_unix_nano UInt64, attributes ${keyValues}, dropped_attributes_count UInt64, events Array(Tuple(time_unix_nano UInt64, name String, attributes ${keyLeaves})), dropped_events_count UInt64, links Array(Tuple(trace_id String, span_id String, attributes ${keyLeaves})), dropped_links_count UInt64, status Tuple(message String, code Int64), flags UInt32)`

/** Columns of a request as the engine sees it. */
export const otlpStructure = `resource_spans Array(Tuple(resource Tuple(attributes ${keyValues}), scope_spans Array(Tuple(scope Tuple(name String, version String, attributes ${keyValues}), spans Array(${span}))))), received_ms UInt64`

export const otlpSettings = {
  input_format_protobuf_oneof_presence: 1,
  // the views' long expressions are slower when merged, measured
  query_plan_merge_expressions: 0,
}
