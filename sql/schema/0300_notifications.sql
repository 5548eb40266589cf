-- What receivers are to be told, in the order of `sequence` for each receiver: whoever decides writes it, whoever
-- delivers reads it. `body` is a Notification as JSON.
CREATE TABLE IF NOT EXISTS notifications /*on cluster*/ (
  receiver LowCardinality(String),
  sequence UInt64,
  id String,
  group_key String,
  status Enum8('firing' = 1, 'acknowledged' = 2, 'resolved' = 3),
  is_test Bool,
  body String,
  created_at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (receiver, sequence)
TTL toDateTime(created_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
