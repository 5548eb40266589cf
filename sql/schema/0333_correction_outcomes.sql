-- What became of a message that was sent again, as it was read back from the store; no row while that is unknown.
CREATE TABLE IF NOT EXISTS correction_outcomes /*on cluster*/ (
  id String,
  attempt UInt32,
  outcome Enum8('accepted' = 1, 'quarantined' = 2, 'failed' = 3),
  at DateTime64(3, 'UTC'),
  reasons Array(String),
  codes Array(LowCardinality(String))
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (id, attempt)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
