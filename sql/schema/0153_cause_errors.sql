-- Errors in the traces of a case that nothing has made good since. Staged: one search writes and reads it.
CREATE TABLE IF NOT EXISTS cause_errors /*on cluster*/ (
  sought String,
  number UInt64,
  trace_id String,
  service LowCardinality(String),
  name String,
  message String,
  -- the receiver was reached and refused; else the message stopped on its way
  refused Bool,
  tries UInt32,
  last_at DateTime64(3, 'UTC'),
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY toStartOfHour(staged_at)
ORDER BY (sought, number)
TTL staged_at + INTERVAL 2 HOUR
SETTINGS ttl_only_drop_parts = 1
