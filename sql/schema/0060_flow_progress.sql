-- When a key first reached a stage, and whom its message was about. Idempotent: a repeated or late event changes nothing
-- but the minimum. `load_seq` is the last load that spoke of it: what the passages have yet to be told of.
CREATE TABLE IF NOT EXISTS flow_progress /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  key String,
  stage LowCardinality(String),
  reached_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  trace_id SimpleAggregateFunction(max, String),
  partner SimpleAggregateFunction(max, String),
  load_seq SimpleAggregateFunction(max, UInt64),
  INDEX ix_load load_seq TYPE minmax GRANULARITY 1
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY (plant, flow, key, stage)
-- a load asks for a few keys
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
