-- Every message received from a source, let in or not: a row per receipt, never collapsed, so that what was sent twice
-- counts twice. An hour of it is the hour in which the message says it happened, and no later than its receipt.
CREATE TABLE IF NOT EXISTS event_receipts /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  stage LowCardinality(String),
  system LowCardinality(String),
  source LowCardinality(String),
  partner LowCardinality(String),
  key String CODEC(ZSTD(1)),
  event_id String CODEC(ZSTD(1)),
  type LowCardinality(String),
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  outcome Enum8('accepted' = 1, 'deviating' = 2, 'quarantined' = 3),
  -- the rules of the contract that it broke
  codes Array(LowCardinality(String)),
  load_seq UInt64 CODEC(Delta, ZSTD(1)),
  hour DateTime('UTC') MATERIALIZED toStartOfHour(least(occurred_at, received_at)) CODEC(Delta, ZSTD(1))
) ENGINE = /*replicated*/MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (plant, hour, flow, stage, occurred_at)
TTL toDateTime(received_at) + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
