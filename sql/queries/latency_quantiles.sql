-- p50, p95 and p99 of what arrived at a hand-off in the range, from the passages themselves.
SELECT arrayMap(value -> toFloat64(value), quantilesExact(0.5, 0.95, 0.99)(latency_ms)) AS quantiles_ms, toUInt32(count()) AS done
FROM handoff_passages
WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND is_done
  AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
