-- What became of each notification: a row for every attempt to deliver it, and for every time a person asked for one.
-- The last row says how it stands; where a receiver is in its line is a fold over them.
CREATE TABLE IF NOT EXISTS deliveries /*on cluster*/ (
  receiver LowCardinality(String),
  sequence UInt64,
  -- counts the rows of one notification
  step UInt32,
  id String,
  -- counts the attempts since a person last asked; 0 where the row is not one
  attempt UInt32,
  at DateTime64(3, 'UTC'),
  outcome Enum8('delivered' = 1, 'retry' = 2, 'given_up' = 3, 'disabled' = 4, 'skipped' = 5, 'asked' = 6, 'enabled' = 7),
  -- what the receiver answered with; 0 when it did not
  status_code UInt16,
  answer String,
  duration_ms UInt32,
  -- when it is tried again; 1970 when it is not
  next_at DateTime64(3, 'UTC'),
  reason String,
  -- who asked; '' for attempts
  actor LowCardinality(String)
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (receiver, sequence, step)
TTL toDateTime(at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
