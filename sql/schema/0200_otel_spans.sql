-- Spans, plant first. Partitioned by the day of receipt: an edge that was away for a week still writes one partition.
CREATE TABLE IF NOT EXISTS otel_spans /*on cluster*/ (
  ts DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id UInt64 CODEC(ZSTD(1)),
  parent_span_id UInt64 CODEC(ZSTD(1)),
  plant LowCardinality(String),
  flow LowCardinality(String),
  system LowCardinality(String),
  service LowCardinality(String),
  peer LowCardinality(String),
  name LowCardinality(String),
  kind Enum8('UNSPECIFIED' = 0, 'INTERNAL' = 1, 'SERVER' = 2, 'CLIENT' = 3, 'PRODUCER' = 4, 'CONSUMER' = 5),
  status Enum8('UNSET' = 0, 'OK' = 1, 'ERROR' = 2),
  status_message String CODEC(ZSTD(1)),
  duration_ns UInt64 CODEC(T64, ZSTD(1)),
  key String CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  scope LowCardinality(String),
  trace_state String CODEC(ZSTD(1)),
  flags UInt32,
  dropped UInt64,
  events Nested(ts DateTime64(9, 'UTC'), name LowCardinality(String), attributes Map(LowCardinality(String), String)),
  links Nested(trace_id FixedString(16), span_id UInt64, attributes Map(LowCardinality(String), String)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  load_seq UInt64 CODEC(Delta, ZSTD(1)),
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_key key TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_ts ts TYPE minmax GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree(received_at)
PARTITION BY toDate(received_at)
PRIMARY KEY (plant, flow, toStartOfFiveMinutes(ts), system)
ORDER BY (plant, flow, toStartOfFiveMinutes(ts), system, trace_id, span_id)
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
