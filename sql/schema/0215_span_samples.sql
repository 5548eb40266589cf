-- The calls of one trace in eight, and what was received of them, narrow: what a map of services is stitched from where there
-- are many. Half of the traces have `level` 0, half of the rest 1, and so on; of a span that links to others, the highest
-- of all these traces counts.
CREATE TABLE IF NOT EXISTS span_samples /*on cluster*/ (
  level UInt8,
  plant LowCardinality(String),
  flow LowCardinality(String),
  ts DateTime64(9, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id UInt64 CODEC(NONE),
  parent_span_id UInt64 CODEC(ZSTD(1)),
  service LowCardinality(String),
  peer LowCardinality(String),
  kind Enum8('UNSPECIFIED' = 0, 'INTERNAL' = 1, 'SERVER' = 2, 'CLIENT' = 3, 'PRODUCER' = 4, 'CONSUMER' = 5),
  status Enum8('UNSET' = 0, 'OK' = 1, 'ERROR' = 2),
  duration_ns UInt64 CODEC(GCD, T64, ZSTD(1)),
  linked Array(Tuple(FixedString(16), UInt64)),
  received_at DateTime64(3, 'UTC') CODEC(ZSTD(1))
) ENGINE = /*replicated*/MergeTree
PARTITION BY toDate(received_at)
ORDER BY (level, plant, flow, toStartOfFiveMinutes(ts), trace_id)
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
