-- Where somebody may be named with @ in what people wrote to a case: few rows of many acts.
CREATE TABLE IF NOT EXISTS case_mentions /*on cluster*/ (
  number UInt64,
  version UInt32,
  id String,
  text String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (number, version, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
