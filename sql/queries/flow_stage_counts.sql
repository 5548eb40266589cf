-- How many of the keys that began in the range have reached each stage.
SELECT stage, toUInt32(countIf(at[stage] > 0)) AS reached
FROM (
  SELECT at, arrayJoin({stages:Array(String)}) AS stage
  FROM flow_keys
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String}
    AND at[{first_stage:String}] >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND at[{first_stage:String}] < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
)
GROUP BY stage
