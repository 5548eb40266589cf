-- The cases whose cause is being sought, as the runs saw them. Staged: one search writes and reads it.
CREATE TABLE IF NOT EXISTS cause_cases /*on cluster*/ (
  sought String,
  number UInt64,
  check LowCardinality(String),
  plant LowCardinality(String),
  key String,
  class LowCardinality(String),
  item String,
  order_no String,
  left_value String,
  right_value String,
  difference Nullable(Decimal(38, 6)),
  unit LowCardinality(String),
  since DateTime64(3, 'UTC'),
  run String,
  clock DateTime64(3, 'UTC'),
  zone LowCardinality(String),
  -- the systems of its two sides, the first by name
  left_name String,
  right_name String,
  left_systems Array(String),
  right_systems Array(String),
  -- in which its check lets a difference be
  grace_ms UInt64,
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toStartOfHour(staged_at)
ORDER BY (sought, number)
TTL staged_at + INTERVAL 2 HOUR
SETTINGS ttl_only_drop_parts = 1
