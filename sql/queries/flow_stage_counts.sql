-- How many of the keys that entered a flow in the range have reached each stage.
SELECT counted.1 AS stage, toUInt32(counted.2) AS reached
FROM (
  SELECT arrayJoin(arrayZip({stages:Array(String)}, sumForEach(arrayMap(stage -> has(passages.stages, stage) * sign, {stages:Array(String)})))) AS counted
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  HAVING sum(sign) > 0
)
