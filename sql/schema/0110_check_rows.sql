-- Where a check writes each key it compared; the views keep what differs and count the rest, in one pass.
CREATE TABLE IF NOT EXISTS check_rows /*on cluster*/ (
  run String,
  check LowCardinality(String),
  plant LowCardinality(String),
  key String,
  kh UInt64,
  class LowCardinality(String),
  item String,
  order_no String,
  left_rows UInt64,
  right_rows UInt64,
  left_value String,
  right_value String,
  difference Nullable(Decimal(38, 6)),
  unit LowCardinality(String),
  amount Decimal(38, 6),
  currency LowCardinality(String),
  amount_reporting Decimal(38, 6),
  amount_plant Decimal(38, 6),
  since DateTime64(3, 'UTC'),
  in_grace Bool
) ENGINE = Null
