CREATE TABLE IF NOT EXISTS run_counts /*on cluster*/ (
  run String,
  left_rows SimpleAggregateFunction(sum, UInt64),
  right_rows SimpleAggregateFunction(sum, UInt64),
  compared SimpleAggregateFunction(sum, UInt64),
  in_grace SimpleAggregateFunction(sum, UInt64),
  variances SimpleAggregateFunction(sum, UInt64),
  amount SimpleAggregateFunction(sum, Decimal(38, 6))
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY run
