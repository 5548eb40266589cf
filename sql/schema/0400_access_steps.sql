-- What became of people, sessions and tokens, step by step: each is what its steps make it (server/access/book.ts).
-- Passwords, session cookies and tokens are here as hashes only.
CREATE TABLE IF NOT EXISTS access_steps /*on cluster*/ (
  at DateTime64(6, 'UTC'),
  id String,
  subject String,
  step LowCardinality(String),
  actor String,
  body String CODEC(ZSTD(1))
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (at, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
