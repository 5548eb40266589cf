-- Spans, plant first; the spans of a trace lie side by side. Partitioned by the day of receipt: an edge that was away
-- for a week still writes one partition. Attributes repeat from span to span, so names and values are dictionaries.
CREATE TABLE IF NOT EXISTS otel_spans /*on cluster*/ (
  -- most clocks tick in microseconds, few in nanoseconds
  ts DateTime64(9, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id UInt64 CODEC(NONE),
  parent_span_id UInt64 CODEC(ZSTD(1)),
  plant LowCardinality(String),
  flow LowCardinality(String),
  system LowCardinality(String),
  service LowCardinality(String),
  name LowCardinality(String),
  kind Enum8('UNSPECIFIED' = 0, 'INTERNAL' = 1, 'SERVER' = 2, 'CLIENT' = 3, 'PRODUCER' = 4, 'CONSUMER' = 5),
  status Enum8('UNSET' = 0, 'OK' = 1, 'ERROR' = 2),
  status_message String CODEC(ZSTD(1)),
  duration_ns UInt64 CODEC(GCD, T64, ZSTD(1)),
  key String CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),
  -- a digit for each attribute: 1 text, 2 boolean, 3 integer, 4 double, 5 array, 6 key-value list, 7 bytes, 0 none
  attribute_types LowCardinality(String),
  -- JSON: an object of texts; few resources send many spans
  resource LowCardinality(String),
  resource_types LowCardinality(String),
  scope LowCardinality(String),
  scope_version LowCardinality(String),
  schema_url LowCardinality(String),
  trace_state LowCardinality(String),
  flags UInt32,
  dropped_attributes UInt32,
  dropped_events UInt32,
  dropped_links UInt32,
  events Nested(ts DateTime64(9, 'UTC'), name LowCardinality(String), attributes Map(LowCardinality(String), LowCardinality(String)), dropped UInt32),
  links Nested(trace_id FixedString(16), span_id UInt64, trace_state LowCardinality(String), attributes Map(LowCardinality(String), LowCardinality(String)), flags UInt32, dropped UInt32),
  received_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_key key TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_ts ts TYPE minmax GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree(received_at)
PARTITION BY toDate(received_at)
PRIMARY KEY (plant, flow, toStartOfFiveMinutes(ts))
ORDER BY (plant, flow, toStartOfFiveMinutes(ts), trace_id, ts, span_id)
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
