-- What the engine has taken in, a row per segment or file. Cuts come from here: a run sees what was loaded before it.
CREATE TABLE IF NOT EXISTS loads /*on cluster*/ (
  load_seq UInt64,
  kind LowCardinality(String),
  source LowCardinality(String),
  name String,
  bytes UInt64,
  -- when its first message was received, and how long the load took: what a loader lags
  received_at DateTime64(3, 'UTC'),
  took_ms UInt32,
  loaded_at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(loaded_at)
ORDER BY load_seq
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
