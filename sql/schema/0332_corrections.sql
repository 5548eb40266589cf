-- What people did to messages in quarantine, act by act. A message that is sent again has an id of its own, and what it
-- will be stored as stands beside it, so that it is found there and nowhere else.
CREATE TABLE IF NOT EXISTS corrections /*on cluster*/ (
  -- of the message as it came
  id String,
  attempt UInt32,
  act Enum8('corrected' = 1, 'resubmitted' = 2, 'discarded' = 3, 'restored' = 4),
  -- all that was done at once; what is in it was written down before anything was sent
  batch String,
  actor LowCardinality(String),
  reason String,
  at DateTime64(3, 'UTC'),
  sent_id String,
  source LowCardinality(String),
  plant LowCardinality(String),
  key String,
  occurred_at DateTime64(3, 'UTC'),
  before_hash String,
  body String CODEC(ZSTD(3)),
  diff String CODEC(ZSTD(3))
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (id, attempt)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
