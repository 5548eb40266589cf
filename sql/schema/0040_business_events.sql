-- Business facts, immutable. A repeated id is one fact: rows of one key collapse, and queries read FINAL.
CREATE TABLE IF NOT EXISTS business_events /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  stage LowCardinality(String),
  system LowCardinality(String),
  source LowCardinality(String),
  event_id String CODEC(ZSTD(1)),
  type LowCardinality(String),
  key String CODEC(ZSTD(1)),
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  partner LowCardinality(String),
  deviations Array(LowCardinality(String)),
  data String CODEC(ZSTD(3)),
  load_seq UInt64 CODEC(Delta, ZSTD(1)),
  INDEX ix_key key TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree(load_seq)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (plant, flow, toStartOfHour(occurred_at), key, source, event_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
