-- What happened to a replay (no item) and to each of its items, step by step.
CREATE TABLE IF NOT EXISTS replay_steps /*on cluster*/ (
  replay UInt64,
  item String,
  act Enum8('approved' = 1, 'begun' = 2, 'cancelled' = 3, 'sending' = 4, 'sent' = 5, 'refused' = 6, 'failed' = 7, 'unverified' = 8, 'verified' = 9),
  at DateTime64(3, 'UTC'),
  actor LowCardinality(String),
  detail String,
  -- what proves it: the id of an event, or the number of a case
  proof String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (replay, item, at, act)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
