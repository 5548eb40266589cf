-- Up to when a source is known complete, per plant: every statement of it, so that a past run can be explained.
CREATE TABLE IF NOT EXISTS watermarks /*on cluster*/ (
  source LowCardinality(String),
  system LowCardinality(String),
  plant LowCardinality(String),
  complete_to DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  load_seq UInt64
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (source, plant, received_at, complete_to)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
