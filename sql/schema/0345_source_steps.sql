-- Who paused a source that we pull, or let it go on, when and why; the last step of a source says how it stands.
CREATE TABLE IF NOT EXISTS source_steps /*on cluster*/ (
  source LowCardinality(String),
  at DateTime64(3, 'UTC'),
  act Enum8('paused' = 1, 'resumed' = 2),
  actor LowCardinality(String),
  reason String
) ENGINE = /*replicated*/MergeTree
ORDER BY (source, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
