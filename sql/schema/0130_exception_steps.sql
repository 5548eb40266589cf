-- What runs did to each case, step by step, each with the values it found; a case as it stands is a fold over these and
-- over what people did (exception_acts).
CREATE TABLE IF NOT EXISTS exception_steps /*on cluster*/ (
  number UInt64,
  step UInt32,
  at DateTime64(3, 'UTC'),
  actor LowCardinality(String),
  act Enum8('opened' = 1, 'changed' = 2, 'closed' = 3, 'agreed' = 4, 'reopened' = 5),
  run String,
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
  amount Decimal(38, 6),
  currency LowCardinality(String),
  amount_reporting Decimal(38, 6),
  amount_plant Decimal(38, 6),
  severity Enum8('low' = 1, 'medium' = 2, 'high' = 3, 'critical' = 4),
  team LowCardinality(String),
  since DateTime64(3, 'UTC'),
  detail String,
  INDEX ix_run run TYPE set(50) GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (number, step)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
