-- The hand-offs of one flow now, all plants of the scope together: what still waits counts at its age.
SELECT handoff, position,
  toUInt32(countIf(is_done AND arrived_ms > window_ms)) AS done,
  toUInt32(countIf(is_waiting)) AS waiting,
  toUInt32(countIf(is_waiting AND age_ms > objective_ms)) AS stuck,
  toFloat64(maxIf(age_ms, is_waiting)) AS oldest_ms,
  arrayMap(value -> toFloat64(value), quantilesExactIf(0.5, 0.95, 0.99)(if(is_done, latency_ms, age_ms), is_waiting OR arrived_ms > window_ms)) AS now_ms,
  arrayMap(value -> toFloat64(value), quantilesExactIf(0.5, 0.95, 0.99)(latency_ms, is_done AND arrived_ms > range_ms)) AS range_ms_quantiles,
  toUInt32(countIf(is_done AND arrived_ms > range_ms)) AS range_done
FROM (
  SELECT *, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms, greatest(at_ms - left_ms, 0) AS age_ms,
    at_ms - {window_s:UInt32} * 1000 AS window_ms, at_ms - {range_s:UInt32} * 1000 AS range_ms
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String}
)
GROUP BY handoff, position
ORDER BY position
