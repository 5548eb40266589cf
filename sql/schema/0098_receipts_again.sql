-- Receipts of messages that came more than once, each with the hour of the one received before it (1970: the first): found
-- when a load brings one of them again (sql/repeats.ts), so that nobody has to look for them among all.
CREATE TABLE IF NOT EXISTS receipts_again /*on cluster*/ (
  plant LowCardinality(String),
  hour DateTime('UTC'),
  flow LowCardinality(String),
  stage LowCardinality(String),
  partner LowCardinality(String),
  source LowCardinality(String),
  event_id String,
  received_at DateTime64(3, 'UTC'),
  load_seq UInt64,
  -- of receipts in one load at one moment
  place UInt32,
  hour_before DateTime('UTC'),
  found_by UInt64
) ENGINE = /*replicated*/ReplacingMergeTree(found_by)
PARTITION BY toYYYYMM(received_at)
ORDER BY (plant, hour, source, event_id, received_at, load_seq, place)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
