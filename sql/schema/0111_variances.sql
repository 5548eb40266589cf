-- One disagreement as one run saw it. Immutable.
CREATE TABLE IF NOT EXISTS variances /*on cluster*/ (
  run String,
  check LowCardinality(String),
  plant LowCardinality(String),
  key String,
  -- the key's hash, by which its contributions are found
  kh UInt64,
  class LowCardinality(String),
  item String,
  order_no String,
  left_value String,
  right_value String,
  difference Nullable(Decimal(38, 6)),
  unit LowCardinality(String),
  amount Decimal(38, 6),
  currency LowCardinality(String),
  -- the same in the reporting currency, and in the one the plant keeps its books in: both by the rates of the day
  amount_reporting Decimal(38, 6),
  amount_plant Decimal(38, 6),
  since DateTime64(3, 'UTC'),
  in_grace Bool,
  found_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = /*replicated*/MergeTree
PARTITION BY toYYYYMM(found_at)
ORDER BY (run, check, plant, key)
TTL toDateTime(found_at) + INTERVAL 30 DAY
