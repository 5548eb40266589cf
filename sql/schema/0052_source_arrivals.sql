-- What each load brought of a source in a plant: how much of it late, and up to when its late part reaches. An edge that
-- was away and delivers its past is seen here.
CREATE TABLE IF NOT EXISTS source_arrivals /*on cluster*/ (
  source LowCardinality(String),
  plant LowCardinality(String),
  received_at DateTime64(3, 'UTC'),
  messages UInt64,
  late UInt64,
  late_to DateTime64(3, 'UTC'),
  load_seq UInt64
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (source, plant, received_at, load_seq)
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
