-- Keys that began in the range, by steps of it.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + bucket * {step_s:UInt32}, 3, 'UTC') AS at, toUInt32(count()) AS orders
FROM (
  SELECT intDiv(toInt64(at[{first_stage:String}]) - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket
  FROM flow_keys
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String}
    AND at[{first_stage:String}] >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND at[{first_stage:String}] < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
)
GROUP BY bucket
ORDER BY at
