-- What happened to each alert, step by step: written when something changes, never to say that nothing did. An alert as it
-- stands is the last of its steps.
CREATE TABLE IF NOT EXISTS alert_steps /*on cluster*/ (
  fingerprint String,
  -- milliseconds since the epoch, and one more than the step before where that is not later
  step UInt64,
  at DateTime64(3, 'UTC'),
  act Enum8('firing' = 1, 'acknowledged' = 2, 'resolved' = 3),
  -- who acknowledged; 'plumbline' for what it saw itself
  actor LowCardinality(String),
  reason String,
  condition LowCardinality(String),
  severity Enum8('info' = 1, 'ticket' = 2, 'page' = 3),
  plant LowCardinality(String),
  flow LowCardinality(String),
  team LowCardinality(String),
  starts_at DateTime64(3, 'UTC'),
  -- the alert with its labels, as JSON
  body String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (fingerprint, step)
TTL toDateTime(at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
