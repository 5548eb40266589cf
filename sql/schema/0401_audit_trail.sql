-- Who did what, or was refused: append-only. Each entry carries the hash of the one before it in its chain, and a chain
-- begins with the hash of the last entry of another (server/access/audit-chain.ts).
CREATE TABLE IF NOT EXISTS audit_trail /*on cluster*/ (
  chain String,
  seq UInt64,
  at DateTime64(3, 'UTC'),
  -- whose permission it was, by name; '' of nobody we know
  actor String,
  actor_kind LowCardinality(String),
  actor_id String,
  act LowCardinality(String),
  object String CODEC(ZSTD(1)),
  outcome LowCardinality(String),
  address String,
  request String CODEC(ZSTD(1)),
  details String CODEC(ZSTD(1)),
  previous String,
  hash String
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (at, chain, seq)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
