-- The passages of each hand-off that were decided within each window, and how many of them over the objective. A passage
-- is decided when its key arrives, or when its objective is used up without that, whichever is first; once.
SELECT plant, flow, handoff, to_stage, any(objective_ms) AS objective,
  CAST(sumForEach(arrayMap(window_s -> toUInt64(decided_ms > at_ms - window_s * 1000), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS decided,
  CAST(sumForEach(arrayMap(window_s -> toUInt64(is_over AND decided_ms > at_ms - window_s * 1000), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS over
FROM (
  SELECT plant, flow, handoff, to_stage, objective_ms, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms,
    NOT is_done OR arrived_ms > left_ms + objective_ms AS is_over,
    if(is_over, left_ms + objective_ms, arrived_ms) AS decided_ms
  FROM handoff_passages
  WHERE is_done OR is_waiting
)
WHERE decided_ms <= at_ms AND decided_ms > at_ms - arrayMax({windows_s:Array(UInt32)}) * 1000
GROUP BY plant, flow, handoff, to_stage
