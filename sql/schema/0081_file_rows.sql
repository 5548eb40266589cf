-- The lines of a file while it is being read: one partition per load, dropped when the load is done.
CREATE TABLE IF NOT EXISTS file_rows /*on cluster*/ (
  load_seq UInt64,
  row UInt64,
  raw String CODEC(ZSTD(1)),
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY load_seq
ORDER BY row
TTL staged_at + INTERVAL 1 DAY
SETTINGS ttl_only_drop_parts = 1
