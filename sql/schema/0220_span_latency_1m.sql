-- Calls by latency class, minute by minute: what percentiles over long ranges are read from. The classes grow by 2 %,
-- so a percentile read from them is within 1 % of the exact one.
CREATE TABLE IF NOT EXISTS span_latency_1m /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  minute DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  service LowCardinality(String),
  peer LowCardinality(String),
  name LowCardinality(String),
  kind Enum8('UNSPECIFIED' = 0, 'INTERNAL' = 1, 'SERVER' = 2, 'CLIENT' = 3, 'PRODUCER' = 4, 'CONSUMER' = 5),
  bucket UInt16,
  calls SimpleAggregateFunction(sum, UInt64),
  errors SimpleAggregateFunction(sum, UInt64),
  throttled SimpleAggregateFunction(sum, UInt64)
) ENGINE = /*replicated*/AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (plant, flow, minute, service, peer, name, kind, bucket)
TTL minute + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
