-- What each poll of a source cost and brought, and how it ended; polls of files only where there was something to read.
CREATE TABLE IF NOT EXISTS source_polls /*on cluster*/ (
  source LowCardinality(String),
  started_at DateTime64(3, 'UTC'),
  took_ms UInt32,
  outcome Enum8('ok' = 1, 'failed' = 2),
  code LowCardinality(String),
  reason String,
  requests UInt32,
  retries UInt32,
  bytes UInt64,
  rows UInt64,
  rejected UInt64,
  -- how far the source's clock was ahead of ours
  skew_ms Nullable(Int64)
) ENGINE = /*replicated*/MergeTree
ORDER BY (source, started_at)
TTL toDateTime(started_at) + INTERVAL 90 DAY
