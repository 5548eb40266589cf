-- A person looked at what a run would have opened, more than one may on its own, and let it.
CREATE TABLE IF NOT EXISTS releases /*on cluster*/ (
  check LowCardinality(String),
  plant LowCardinality(String),
  -- the run that was held
  run String,
  actor LowCardinality(String),
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/MergeTree
ORDER BY (check, plant, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
