/** The default table of the OpenTelemetry Collector's ClickHouse exporter (clickhouseexporter), without its indexes. */
export const collectorTable = `CREATE TABLE otel_traces (
  Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId String CODEC(ZSTD(1)), SpanId String CODEC(ZSTD(1)), ParentSpanId String CODEC(ZSTD(1)),
  TraceState String CODEC(ZSTD(1)), SpanName LowCardinality(String) CODEC(ZSTD(1)), SpanKind LowCardinality(String) CODEC(ZSTD(1)), ServiceName LowCardinality(String) CODEC(ZSTD(1)),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)), ScopeName String CODEC(ZSTD(1)), ScopeVersion String CODEC(ZSTD(1)),
  SpanAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)), Duration UInt64 CODEC(ZSTD(1)), StatusCode LowCardinality(String) CODEC(ZSTD(1)), StatusMessage String CODEC(ZSTD(1)),
  Events Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  Links Nested(TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String)) CODEC(ZSTD(1))
) ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))`

/** Fills it with our spans: of the table as it stands, or of some of it. */
export const fillCollectorTable = (which: string) => `INSERT INTO otel_traces
SELECT ts, lower(hex(trace_id)), leftPad(lower(hex(span_id)), 16, '0'), if(parent_span_id = 0, '', leftPad(lower(hex(parent_span_id)), 16, '0')),
  trace_state, name, toString(kind), service, JSONExtract(toString(otel_spans.resource), 'Map(LowCardinality(String), String)'), toString(scope), toString(scope_version),
  CAST(attributes AS Map(LowCardinality(String), String)), duration_ns, toString(status), status_message,
  otel_spans.events.ts, otel_spans.events.name, CAST(otel_spans.events.attributes AS Array(Map(LowCardinality(String), String))),
  arrayMap(id -> lower(hex(id)), otel_spans.links.trace_id), arrayMap(id -> lower(hex(id)), otel_spans.links.span_id), CAST(otel_spans.links.trace_state AS Array(String)), CAST(otel_spans.links.attributes AS Array(Map(LowCardinality(String), String)))
FROM otel_spans ${which}`

/** Its indexes, and its table of when a trace began and ended. */
export const collectorIndexes = [
  `ALTER TABLE otel_traces ADD INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
     ADD INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1, ADD INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
     ADD INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1, ADD INDEX idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
     ADD INDEX idx_duration Duration TYPE minmax GRANULARITY 1`,
  `CREATE TABLE otel_traces_trace_id_ts (TraceId String CODEC(ZSTD(1)), Start SimpleAggregateFunction(min, DateTime), End SimpleAggregateFunction(max, DateTime))
   ENGINE = AggregatingMergeTree PARTITION BY toStartOfWeek(Start) ORDER BY TraceId`,
  `CREATE MATERIALIZED VIEW otel_traces_trace_id_ts_mv TO otel_traces_trace_id_ts AS
   SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM otel_traces WHERE TraceId != '' GROUP BY TraceId`,
]
