-- Requests to an integration to send messages again, as they were made.
CREATE TABLE IF NOT EXISTS replays /*on cluster*/ (
  replay UInt64,
  flow LowCardinality(String),
  actor LowCardinality(String),
  reason String,
  -- what was asked for, as JSON; what it came to are its items
  selection String,
  approve_above UInt32,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY replay
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
