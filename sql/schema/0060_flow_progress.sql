-- When a key first reached a stage. Idempotent: a repeated or late event changes nothing but the minimum.
CREATE TABLE IF NOT EXISTS flow_progress /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  key String,
  stage LowCardinality(String),
  reached_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  trace_id SimpleAggregateFunction(max, String)
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY (plant, flow, key, stage)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
