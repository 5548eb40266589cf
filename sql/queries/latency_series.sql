-- p95 of one hand-off over time, all plants of the scope together; within 0.5 % of the exact one, since it is read from
-- latency classes that grow by 1 %.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + bucket * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  pow(1.01, quantileExactWeighted(0.95)(class, toUInt64(passages))) AS value
FROM (
  SELECT intDiv(arrived_ms - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket, toInt32(round(log(greatest(toInt64(arrived_ms) - toInt64(left_ms), 1)) / log(1.01))) AS class, sum(sign) AS passages
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND NOT is_waiting
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY bucket, class
  HAVING passages > 0
)
GROUP BY bucket
ORDER BY at
