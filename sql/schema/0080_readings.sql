-- What a pulled source has read: a file, so that it is read once and again when it changed; of what is fetched piece by
-- piece each piece, with the cursor from which it goes on. A reading counts once its load is committed.
CREATE TABLE IF NOT EXISTS readings /*on cluster*/ (
  source LowCardinality(String),
  path String,
  fingerprint String,
  cursor String,
  modified_at DateTime64(3, 'UTC'),
  -- what a bucket calls the content it read; '' of a folder
  tag String,
  read_at DateTime64(3, 'UTC'),
  bytes UInt64,
  rows UInt64,
  rejected UInt64,
  -- the same by the plant that a row names; of rejected rows '' when it names none
  plant_rows Map(LowCardinality(String), UInt64),
  plant_rejected Map(LowCardinality(String), UInt64),
  outcome Enum8('ok' = 1, 'failed' = 2),
  reason String,
  load_seq UInt64
) ENGINE = /*replicated*/MergeTree
ORDER BY (source, path, read_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
