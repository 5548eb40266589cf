-- p50, p95 and p99 of what arrived at a hand-off: in the last hour, in the range, and in the range it is compared with.
SELECT
  arrayMap(value -> toFloat64(value), quantilesExactIf(0.5, 0.95, 0.99)(latency_ms, arrived_ms >= hour_ms)) AS hour_ms_quantiles, toUInt32(countIf(arrived_ms >= hour_ms)) AS hour_done,
  arrayMap(value -> toFloat64(value), quantilesExactIf(0.5, 0.95, 0.99)(latency_ms, arrived_ms >= from_ms)) AS range_ms_quantiles, toUInt32(countIf(arrived_ms >= from_ms)) AS range_done,
  arrayMap(value -> toFloat64(value), quantilesExactIf(0.5, 0.95, 0.99)(latency_ms, arrived_ms < previous_to_ms)) AS previous_ms_quantiles, toUInt32(countIf(arrived_ms < previous_to_ms)) AS previous_done
FROM (
  SELECT latency_ms, arrived_ms, toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')}) AS previous_to_ms, toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) - 3600000 AS hour_ms
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND is_done
    AND arrived_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
)
