-- p95 of one hand-off over time, all plants of the scope together.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + bucket * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  toFloat64(quantileExactWeighted(0.95)(latency_ms, toUInt64(passages))) AS value
FROM (
  SELECT intDiv(arrived_ms - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket, greatest(toInt64(arrived_ms) - toInt64(left_ms), 0) AS latency_ms, sum(sign) AS passages
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND NOT is_waiting
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY bucket, latency_ms
  HAVING passages > 0
)
GROUP BY bucket
ORDER BY at
