-- Keys that entered a flow in the range, and what became of them. Whole hours named are read from their sums; keys
-- themselves only where one is stuck.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) AS to_ms
SELECT plant, toUInt32(sumIf(keys, kind = 'all')) AS total,
  toUInt32(sumIf(keys, kind = 'all' AND has(way, {last_stage:String}))) AS completed,
  toUInt32(sumIf(keys, kind = 'all' AND NOT has(way, {last_stage:String}) AND has(way, 'ended'))) AS ended,
  toUInt32(sumIf(keys, kind = 'stuck')) AS stuck
FROM (
  SELECT 'all' AS kind, plant, passages.stages AS way, sum(sign) AS keys
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= from_ms AND arrived_ms < to_ms
    AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
  GROUP BY plant, way
  -- if hour_from < hour_to
  UNION ALL
  SELECT 'all', plant, passages.stages AS way, sum(sign) AS keys
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
  GROUP BY plant, way
  -- end
  UNION ALL
  SELECT 'stuck', plant, [], sum(counted)
  FROM (
    SELECT plant, passages.key AS key, sum(sign) AS counted
    FROM passages
    PREWHERE NOT has(stages, {last_stage:String}) AND NOT has(stages, 'ended')
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = '' AND arrived_ms >= from_ms AND arrived_ms < to_ms
      AND (plant, key) IN (
        SELECT plant, key
        FROM handoff_passages
        WHERE flow = {flow:String} AND is_waiting AND plant IN {plants:Array(String)} AND toUnixTimestamp64Milli({now:DateTime64(3, 'UTC')}) - left_ms > objective_ms
      )
    GROUP BY plant, key
    HAVING counted > 0
  )
  GROUP BY plant
)
GROUP BY plant
HAVING total > 0
ORDER BY plant
