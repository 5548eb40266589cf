-- How many keys entered a flow, by time.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + bucket * {step_s:UInt32}, 3, 'UTC') AS at, toUInt32(sum(sign)) AS orders
FROM (
  SELECT intDiv(arrived_ms - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket, sign
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
)
GROUP BY bucket
HAVING orders > 0
ORDER BY at
