-- How many of the keys that entered a flow in the range have reached each stage. Whole hours named are read from their sums.
SELECT stage, toUInt32(sumIf(keys, has(way, stage))) AS reached
FROM (
  -- there are few ways to go: all keys that went the same are counted together
  SELECT passages.stages AS way, sum(sign) AS keys
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
  GROUP BY way
  -- if hour_from < hour_to
  UNION ALL
  SELECT passages.stages AS way, sum(sign) AS keys
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
  GROUP BY way
  -- end
)
ARRAY JOIN {stages:Array(String)} AS stage
GROUP BY stage
