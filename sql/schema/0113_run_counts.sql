CREATE TABLE IF NOT EXISTS run_counts /*on cluster*/ (
  run String,
  left_rows SimpleAggregateFunction(sum, UInt64),
  right_rows SimpleAggregateFunction(sum, UInt64),
  compared SimpleAggregateFunction(sum, UInt64),
  in_grace SimpleAggregateFunction(sum, UInt64),
  variances SimpleAggregateFunction(sum, UInt64),
  amount SimpleAggregateFunction(sum, Decimal(38, 6)),
  -- within tolerance: how many keys, what all of them are worth, and what is left when more and less are set off
  tolerated SimpleAggregateFunction(sum, UInt64),
  tolerated_amount SimpleAggregateFunction(sum, Decimal(38, 6)),
  tolerated_net SimpleAggregateFunction(sum, Decimal(38, 6)),
  -- the three sums in the currency of the plant
  amount_plant SimpleAggregateFunction(sum, Decimal(38, 6)),
  tolerated_amount_plant SimpleAggregateFunction(sum, Decimal(38, 6)),
  tolerated_net_plant SimpleAggregateFunction(sum, Decimal(38, 6))
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY run
