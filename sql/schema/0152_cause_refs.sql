-- The movements of a case by their business reference: what each side has of it. Staged: one search writes and reads it.
CREATE TABLE IF NOT EXISTS cause_refs /*on cluster*/ (
  sought String,
  number UInt64,
  part Enum8('counted' = 1, 'beside' = 2),
  ref String,
  left_rows UInt32,
  right_rows UInt32,
  left_quantity Decimal(38, 6),
  right_quantity Decimal(38, 6),
  -- right minus left
  moved Decimal(38, 6),
  -- some of it is older than the grace
  settled Bool,
  left_at DateTime64(3, 'UTC'),
  right_at DateTime64(3, 'UTC'),
  -- the days of the plant they were posted on
  left_day Date,
  right_day Date,
  unit LowCardinality(String),
  left_name LowCardinality(String),
  right_name LowCardinality(String),
  left_documents Array(String),
  right_documents Array(String),
  trace_id String,
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toStartOfHour(staged_at)
ORDER BY (sought, number)
TTL staged_at + INTERVAL 2 HOUR
SETTINGS ttl_only_drop_parts = 1
