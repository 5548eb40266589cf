-- Every service that sent spans, and its last one.
CREATE TABLE IF NOT EXISTS services_seen /*on cluster*/ (
  service LowCardinality(String),
  last_at SimpleAggregateFunction(max, DateTime64(9, 'UTC'))
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY service
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
