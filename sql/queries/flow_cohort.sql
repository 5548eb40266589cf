-- Keys that entered a flow in the range, and what became of them.
SELECT plant, toUInt32(sum(passages)) AS total,
  toUInt32(sumIf(passages, is_complete)) AS completed,
  toUInt32(sumIf(passages, NOT is_complete AND is_ended)) AS ended,
  toUInt32(sumIf(passages, NOT is_complete AND NOT is_ended AND (plant, key) IN (
    SELECT plant, key
    FROM handoff_passages
    WHERE flow = {flow:String} AND is_waiting AND plant IN {plants:Array(String)} AND toUnixTimestamp64Milli({now:DateTime64(3, 'UTC')}) - left_ms > objective_ms
  ))) AS stuck
FROM (
  -- the ended and complete ones together, the others by key
  SELECT plant, has(stages, {last_stage:String}) AS is_complete, has(stages, 'ended') AS is_ended, if(is_complete OR is_ended, '', passages.key) AS key, sum(sign) AS passages
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY plant, is_complete, is_ended, key
  HAVING passages > 0
)
GROUP BY plant
ORDER BY plant
