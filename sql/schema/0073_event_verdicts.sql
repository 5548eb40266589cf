-- What events of a load name and no system has stated. Writing it twice changes nothing.
CREATE TABLE IF NOT EXISTS event_verdicts /*on cluster*/ (
  load_seq UInt64,
  entity LowCardinality(String),
  value String CODEC(ZSTD(1)),
  judged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toDate(judged_at)
ORDER BY (load_seq, entity, value)
TTL judged_at + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1
