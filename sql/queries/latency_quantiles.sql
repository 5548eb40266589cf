-- p50, p95 and p99 of what arrived at a hand-off: in the last hour, in the range, and in the range it is compared with.
-- Exact (nearest rank): passages of the same latency are summed by their signs, and ranked together.
SELECT
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_hour), in_hour > 0)) AS hour_ms_quantiles, toUInt32(sum(in_hour)) AS hour_done,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_range), in_range > 0)) AS range_ms_quantiles, toUInt32(sum(in_range)) AS range_done,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_previous), in_previous > 0)) AS previous_ms_quantiles, toUInt32(sum(in_previous)) AS previous_done
FROM (
  SELECT greatest(toInt64(arrived_ms) - toInt64(left_ms), 0) AS latency_ms,
    sumIf(sign, arrived_ms >= toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) - 3600000) AS in_hour,
    sumIf(sign, arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')})) AS in_range,
    sumIf(sign, arrived_ms < toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')})) AS in_previous
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND NOT is_waiting
    AND arrived_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY latency_ms
)
