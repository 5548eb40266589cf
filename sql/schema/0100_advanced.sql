-- Up to which load the current states of an entity have been brought.
CREATE TABLE IF NOT EXISTS advanced /*on cluster*/ (
  entity LowCardinality(String),
  load_seq UInt64,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(load_seq)
ORDER BY entity
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
