-- Up to which load the contributions of a check have been brought, and by which reading of the states.
CREATE TABLE IF NOT EXISTS contributed /*on cluster*/ (
  check LowCardinality(String),
  reading String,
  load_seq UInt64,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY check
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
