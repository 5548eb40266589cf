-- p95 of one hand-off over time, all plants of the scope together.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + bucket * {step_s:UInt32}, 1), 3, 'UTC') AS at, toFloat64(p95) AS value
FROM (
  SELECT intDiv(arrived_ms - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket, quantileExact(0.95)(latency_ms) AS p95
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND is_done
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY bucket
)
ORDER BY at
