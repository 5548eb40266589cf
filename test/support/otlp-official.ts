import protobuf from 'protobufjs'

/**
 * The messages of opentelemetry-proto v1 (trace, metrics, common, resource and their collector services) and
 * google.rpc.Status, written down from the official files and read by protobufjs: nothing of the product's own
 * descriptions is in them, so that they can judge it.
 */
const { root } = protobuf.parse(
  `syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; fixed32 flags = 16;
  string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  repeated Event events = 11; uint32 dropped_events_count = 12;
  repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15;
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
}
message Status { string message = 2; int32 code = 3; }
message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; string schema_url = 3; }
message ScopeMetrics { InstrumentationScope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
message Metric {
  string name = 1; string description = 2; string unit = 3; repeated KeyValue metadata = 12;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; ExponentialHistogram exponential_histogram = 10; Summary summary = 11; }
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message NumberDataPoint {
  repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
  repeated Exemplar exemplars = 5; uint32 flags = 8;
}
message Exemplar { repeated KeyValue filtered_attributes = 7; fixed64 time_unix_nano = 2; oneof value { double as_double = 3; sfixed64 as_int = 6; } bytes span_id = 4; bytes trace_id = 5; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message HistogramDataPoint { repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4; optional double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7; repeated Exemplar exemplars = 8; uint32 flags = 10; optional double min = 11; optional double max = 12; }
message ExponentialHistogram { repeated ExponentialHistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message ExponentialHistogramDataPoint { repeated KeyValue attributes = 1; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4; }
message Summary { repeated SummaryDataPoint data_points = 1; }
message SummaryDataPoint { repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4; double sum = 5; }
message ExportMetricsServiceResponse { ExportMetricsPartialSuccess partial_success = 1; }
message ExportMetricsPartialSuccess { int64 rejected_data_points = 1; string error_message = 2; }
message GoogleRpcStatus { int32 code = 1; string message = 2; }`,
)

export type MessageName =
  | 'ExportTraceServiceRequest'
  | 'ExportTraceServiceResponse'
  | 'ExportMetricsServiceRequest'
  | 'ExportMetricsServiceResponse'
  | 'GoogleRpcStatus'
  | 'ArrayValue'
  | 'KeyValueList'

/** A value of an attribute: the member of the oneof that is present, 64-bit integers as text. */
export type AnyValue = {
  stringValue?: string
  boolValue?: boolean
  intValue?: string
  doubleValue?: number
  arrayValue?: { values: AnyValue[] }
  kvlistValue?: { values: KeyValue[] }
  bytesValue?: Uint8Array
}
export type KeyValue = { key: string; value?: AnyValue }
type Scope = { name?: string; version?: string; attributes?: KeyValue[]; droppedAttributesCount?: number }
type Resource = { attributes?: KeyValue[]; droppedAttributesCount?: number }
export type Span = {
  traceId?: Uint8Array
  spanId?: Uint8Array
  traceState?: string
  parentSpanId?: Uint8Array
  name?: string
  kind?: number
  startTimeUnixNano?: string
  endTimeUnixNano?: string
  attributes?: KeyValue[]
  droppedAttributesCount?: number
  events?: {
    timeUnixNano?: string
    name?: string
    attributes?: KeyValue[]
    droppedAttributesCount?: number
  }[]
  droppedEventsCount?: number
  links?: {
    traceId?: Uint8Array
    spanId?: Uint8Array
    traceState?: string
    attributes?: KeyValue[]
    droppedAttributesCount?: number
    flags?: number
  }[]
  droppedLinksCount?: number
  status?: { code?: number; message?: string }
  flags?: number
}
export type TraceRequest = {
  resourceSpans: {
    resource?: Resource
    scopeSpans?: { scope?: Scope; spans?: Span[]; schemaUrl?: string }[]
    schemaUrl?: string
  }[]
}
export type Point = {
  startTimeUnixNano?: string
  timeUnixNano?: string
  asDouble?: number
  asInt?: string
  attributes?: KeyValue[]
}
export type Metric = {
  name?: string
  unit?: string
  gauge?: { dataPoints?: Point[] }
  sum?: { dataPoints?: Point[]; aggregationTemporality?: number; isMonotonic?: boolean }
}
export type MetricsRequest = {
  resourceMetrics: {
    resource?: Resource
    scopeMetrics?: { scope?: Scope; metrics?: Metric[] }[]
  }[]
}

/** Decodes bytes by the official messages: only what is present, 64-bit integers as text, bytes as bytes. */
export function decodeOfficial<Message>(name: MessageName, bytes: Uint8Array): Message {
  const type = root.lookupType(name)
  return type.toObject(type.decode(bytes), { longs: String, bytes: Uint8Array }) as Message
}

/** Encodes an object by the official messages, as an exporter would. */
export function encodeOfficial(name: MessageName, value: object): Uint8Array {
  const type = root.lookupType(name)
  return type.encode(type.fromObject(value)).finish()
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId'])

/**
 * Reads the JSON encoding into the official messages: ids are hex, other bytes base64, 64-bit integers in quotes, fields
 * it does not know are passed over.
 */
export function readOfficialJson(name: MessageName, text: string): Uint8Array {
  const value = JSON.parse(text, (key, part) => {
    if (ids.has(key)) return Buffer.from(part, 'hex')
    return key === 'bytesValue' ? Buffer.from(part, 'base64') : part
  })
  return encodeOfficial(name, value)
}

/** Writes the JSON encoding of official messages. `isQuoted` says whether 64-bit integers stand in quotes. */
export function writeOfficialJson(value: unknown, isQuoted = true, key = ''): string {
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString(ids.has(key) ? 'hex' : 'base64')}"`
  if (Array.isArray(value)) return `[${value.map((item) => writeOfficialJson(item, isQuoted)).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([name, part]) => `${JSON.stringify(name)}:${writeOfficialJson(part, isQuoted, name)}`)
      .join(',')}}`
  if (typeof value === 'number')
    return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`
  if (!isQuoted && (key === 'intValue' || key === 'asInt' || key.endsWith('UnixNano'))) return String(value)
  return JSON.stringify(value)
}
