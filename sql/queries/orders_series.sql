-- How many keys entered a flow, by time.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + bucket * {step_s:UInt32}, 3, 'UTC') AS at, toUInt32(count()) AS orders
FROM (
  SELECT intDiv(toUnixTimestamp64Milli(min(reached_at)) - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket
  FROM flow_progress
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND stage = {first_stage:String}
  GROUP BY plant, key
  HAVING min(reached_at) >= {from:DateTime64(3, 'UTC')} AND min(reached_at) < {to:DateTime64(3, 'UTC')}
)
GROUP BY bucket
ORDER BY at
