-- Keys that entered a flow in the range, and in the one it is compared with, per plant. Whole hours named are read from
-- their sums.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) AS to_ms,
  toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AS previous_from_ms, toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')}) AS previous_to_ms
SELECT plant, toUInt32(sum(of_range)) AS total, toUInt32(sum(of_previous)) AS previous_total
FROM (
  SELECT plant, sumIf(sign, arrived_ms >= from_ms) AS of_range, sumIf(sign, arrived_ms < previous_to_ms) AS of_previous
  FROM passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
    AND arrived_ms >= previous_from_ms AND arrived_ms < to_ms
    AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
  GROUP BY plant
  -- if hour_from < hour_to
  UNION ALL
  -- the hours are those of both ranges, the one right before the other
  SELECT plant, if(is_in_range, counted, 0), if(is_in_range, 0, counted)
  FROM (
    SELECT plant, toInt64(intDiv(arrived_ms, 3600000)) * 3600000 >= from_ms AS is_in_range, sum(sign) AS counted
    FROM passages
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
      AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
    GROUP BY plant, is_in_range
  )
  -- end
)
GROUP BY plant
HAVING total + previous_total > 0
