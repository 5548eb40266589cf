-- Who may do what only one process does, and until when by the engine's clock. A lease that is taken over has a higher
-- epoch: of two who want to follow the same epoch, the second insert under its token is dropped.
CREATE TABLE IF NOT EXISTS leases /*on cluster*/ (
  lease LowCardinality(String),
  epoch UInt64,
  holder String,
  at DateTime64(6, 'UTC'),
  until DateTime64(6, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY (lease, epoch)
TTL toDateTime(at) + INTERVAL 1 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000
