-- What the events of a load name, and what they state themselves, while the load is being judged. Writing it twice changes nothing.
CREATE TABLE IF NOT EXISTS event_refs /*on cluster*/ (
  load_seq UInt64,
  side Enum8('wanted' = 1, 'offered' = 2),
  entity LowCardinality(String),
  value String CODEC(ZSTD(1)),
  -- the message: one that is not taken states nothing
  line UInt64,
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toStartOfHour(staged_at)
ORDER BY (load_seq, side, entity, value)
TTL staged_at + INTERVAL 2 HOUR
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1
