-- What a run let pass because it was within tolerance: small differences that add up show here.
CREATE TABLE IF NOT EXISTS tolerated /*on cluster*/ (
  run String,
  check LowCardinality(String),
  plant LowCardinality(String),
  key String,
  item String,
  difference Nullable(Decimal(38, 6)),
  unit LowCardinality(String),
  -- what it is worth, in the reporting currency and in the plant's; with its sign
  amount_reporting Decimal(38, 6),
  amount_plant Decimal(38, 6),
  found_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = /*replicated*/MergeTree
PARTITION BY toYYYYMM(found_at)
ORDER BY (run, check, plant, key)
TTL toDateTime(found_at) + INTERVAL 30 DAY
