-- Who has to accept the versions of a master in a plant, written at every start; the newest writing counts.
CREATE TABLE IF NOT EXISTS estate_masters /*on cluster*/ (
  loaded_at DateTime64(3, 'UTC'),
  master LowCardinality(String),
  plant LowCardinality(String),
  -- the systems that number its versions
  records Array(String),
  consumer LowCardinality(String),
  role LowCardinality(String),
  sources Array(String),
  allowed_ms UInt64
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (loaded_at, master, plant, consumer)
TTL toDateTime(loaded_at) + INTERVAL 400 DAY
