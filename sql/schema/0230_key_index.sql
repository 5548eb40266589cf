-- Which traces carry a business key, and when.
CREATE TABLE IF NOT EXISTS key_index /*on cluster*/ (
  key String CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  month Date,
  plant LowCardinality(String),
  flow LowCardinality(String),
  first_at SimpleAggregateFunction(min, DateTime64(9, 'UTC')),
  last_at SimpleAggregateFunction(max, DateTime64(9, 'UTC'))
) ENGINE = /*replicated*/AggregatingMergeTree
PARTITION BY month
ORDER BY (key, trace_id, plant, flow, month)
TTL month + INTERVAL 62 DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
