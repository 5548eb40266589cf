-- How many of the keys that entered a flow in the range have reached each stage.
SELECT stage, toUInt32(sumIf(keys, has(way, stage))) AS reached
FROM (
  -- there are few ways to go: all keys that went the same are counted together
  SELECT passages.stages AS way, sum(sign) AS keys
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY way
)
ARRAY JOIN {stages:Array(String)} AS stage
GROUP BY stage
