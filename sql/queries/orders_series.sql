-- How many keys entered a flow, by time. Whole hours named are read from their sums.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms
SELECT toDateTime64(intDiv(from_ms, 1000) + bucket * {step_s:UInt32}, 3, 'UTC') AS at, toUInt32(sum(counted)) AS orders
FROM (
  SELECT intDiv(toInt64(arrived_ms) - from_ms, {step_s:UInt32} * 1000) AS bucket, sum(sign) AS counted
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= from_ms AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
  GROUP BY bucket
  -- if hour_from < hour_to
  UNION ALL
  SELECT intDiv(toInt64(intDiv(arrived_ms, 3600000)) * 3600000 - from_ms, {step_s:UInt32} * 1000) AS bucket, sum(sign)
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
  GROUP BY bucket
  -- end
)
GROUP BY bucket
HAVING orders > 0
ORDER BY at
