-- What the systems hold that can explain a case: counted by its check, or beside it. Staged: one search writes and reads it.
CREATE TABLE IF NOT EXISTS cause_documents /*on cluster*/ (
  sought String,
  number UInt64,
  side Enum8('left' = 1, 'right' = 2, 'other' = 3),
  part Enum8('counted' = 1, 'beside' = 2),
  entity LowCardinality(String),
  system LowCardinality(String),
  system_name LowCardinality(String),
  source LowCardinality(String),
  document String,
  -- what two systems say of the same thing in common
  ref String,
  item String,
  -- as the check counts it: returns and credits are negative
  quantity Decimal(38, 6),
  price Decimal(38, 6),
  unit LowCardinality(String),
  status LowCardinality(String),
  occurred_at DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  trace_id String,
  load_seq UInt64,
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toStartOfHour(staged_at)
ORDER BY (sought, number)
TTL staged_at + INTERVAL 2 HOUR
SETTINGS ttl_only_drop_parts = 1
