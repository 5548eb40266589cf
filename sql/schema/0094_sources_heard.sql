-- Since when a source speaks of a plant. What happened before was brought in as history: it can't have been on time.
CREATE TABLE IF NOT EXISTS sources_heard /*on cluster*/ (
  source LowCardinality(String),
  plant LowCardinality(String),
  first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY (source, plant)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
