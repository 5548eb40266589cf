-- Keys whose first stage falls into the range, and what became of them.
SELECT plant, toUInt32(count()) AS total,
  toUInt32(countIf(at[{last_stage:String}] > 0)) AS completed,
  toUInt32(countIf(at[{last_stage:String}] = 0 AND at['ended'] > 0)) AS ended,
  toUInt32(countIf(at[{last_stage:String}] = 0 AND at['ended'] = 0 AND waiting.stuck > 0)) AS stuck
FROM (
  SELECT * FROM flow_keys
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String}
    AND at[{first_stage:String}] >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND at[{first_stage:String}] < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
) AS keys
LEFT ANY JOIN (
  SELECT plant, key, countIf(toUnixTimestamp64Milli({now:DateTime64(3, 'UTC')}) - left_ms > objective_ms) AS stuck
  FROM handoff_passages
  WHERE flow = {flow:String} AND is_waiting AND plant IN {plants:Array(String)}
  GROUP BY plant, key
) AS waiting ON waiting.plant = keys.plant AND waiting.key = keys.key
GROUP BY plant
ORDER BY plant
