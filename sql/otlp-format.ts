/**
 * How the engine reads an OTLP trace request from a spool segment: length-delimited protobuf, field numbers from
 * opentelemetry-proto's trace.proto, common.proto and resource.proto. Enums, booleans and 32-bit counts are read as 64
 * bits (wire compatible), so that an odd value can't fail a segment. Values in arrays and key-value lists are typed one
 * level deep; deeper ones stay bytes. `received_ms` is ours, appended to each request by the collector.
 */
const scalars =
  'string string_value = 1; uint64 bool_value = 2; int64 int_value = 3; double double_value = 4;'

export const otlpProto = `syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; fixed64 received_ms = 1000; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint64 dropped_attributes_count = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint64 dropped_attributes_count = 4; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int64 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; uint64 dropped_attributes_count = 10; repeated Event events = 11; uint64 dropped_events_count = 12; repeated Link links = 13; uint64 dropped_links_count = 14; Status status = 15; fixed32 flags = 16; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyLeaf attributes = 3; uint64 dropped_attributes_count = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyLeaf attributes = 4; uint64 dropped_attributes_count = 5; fixed32 flags = 6; }
message Status { string message = 2; int64 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof kind { ${scalars} ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated Leaf values = 1; }
message KeyValueList { repeated KeyLeaf values = 1; }
message KeyLeaf { string key = 1; Leaf value = 2; }
message Leaf { oneof kind { ${scalars} bytes array_value = 5; bytes kvlist_value = 6; bytes bytes_value = 7; } }`.replace(
  /\n/g,
  ' ',
)

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
  format_schema_source: 'string',
  format_schema_message_name: 'Request',
  format_schema: otlpProto,
  input_format_protobuf_oneof_presence: 1,
  // the views' long expressions are slower when merged, measured
  query_plan_merge_expressions: 0,
}
