-- Messages that broke their contract: kept whole, with every reason. The same message sent again is one row.
CREATE TABLE IF NOT EXISTS quarantine /*on cluster*/ (
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  source LowCardinality(String),
  kind LowCardinality(String),
  system LowCardinality(String),
  plant LowCardinality(String),
  flow LowCardinality(String),
  stage LowCardinality(String),
  partner LowCardinality(String),
  message_id String,
  position String,
  reasons Array(String),
  -- one for each reason: the rule that was broken
  codes Array(LowCardinality(String)),
  body String CODEC(ZSTD(3))
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (source, kind, message_id, position, cityHash64(body))
TTL toDateTime(received_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
