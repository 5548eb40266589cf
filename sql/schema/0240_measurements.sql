-- Gauges and sums as their senders measured them, above all how much waits in queues. A point sent again is one row.
CREATE TABLE IF NOT EXISTS measurements /*on cluster*/ (
  ts DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
  started_at DateTime64(9, 'UTC') CODEC(ZSTD(1)),
  plant LowCardinality(String),
  system LowCardinality(String),
  service LowCardinality(String),
  name LowCardinality(String),
  unit LowCardinality(String),
  kind Enum8('gauge' = 1, 'sum' = 2),
  is_monotonic Bool,
  is_delta Bool,
  value Float64 CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),
  resource LowCardinality(String),
  scope LowCardinality(String),
  received_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
  load_seq UInt64 CODEC(ZSTD(1)),
  series UInt64 MATERIALIZED cityHash64(toString(attributes), resource, scope, unit, kind)
) ENGINE = /*replicated*/ReplacingMergeTree(received_at)
PARTITION BY toDate(received_at)
ORDER BY (name, plant, system, series, ts)
TTL toDateTime(received_at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
