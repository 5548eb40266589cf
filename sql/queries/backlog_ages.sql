-- What waits now, by age; `limits_s` are the lower ends of the classes, ascending from 0.
SELECT toUInt32(arrayFirst(limit -> age_s >= limit, arrayReverseSort({limits_s:Array(UInt32)}))) AS from_s,
  toUInt32(countIf(NOT is_stuck)) AS moving, toUInt32(countIf(is_stuck)) AS stuck
FROM (
  SELECT intDiv(greatest(toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) - left_ms, 0), 1000) AS age_s, age_s * 1000 > objective_ms AS is_stuck
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND is_waiting
)
GROUP BY from_s
ORDER BY from_s
