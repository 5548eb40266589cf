-- The passages of each hand-off that were decided within each window, and how many of them over the objective. A passage
-- is decided when its key arrives, or when its objective is used up without that, whichever is first; once. And what open
-- cases of the orders that were over are worth, with the newest of them.
SELECT plant, flow, handoff, to_stage, any(objective_ms) AS objective,
  CAST(sumForEach(arrayMap(window_s -> toUInt64(decided_ms > at_ms - window_s * 1000), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS decided,
  CAST(sumForEach(arrayMap(window_s -> toUInt64(is_over AND decided_ms > at_ms - window_s * 1000), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS over,
  arrayMap(amount -> toString(amount), sumForEach(arrayMap(window_s -> if(is_over AND decided_ms > at_ms - window_s * 1000, cases.amount, cases.amount - cases.amount), {windows_s:Array(UInt32)}))) AS amounts,
  maxForEach(arrayMap(window_s -> if(is_over AND decided_ms > at_ms - window_s * 1000, cases.number, toUInt64(0)), {windows_s:Array(UInt32)})) AS numbers
FROM (
  SELECT plant, flow, handoff, to_stage, key, objective_ms, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms,
    NOT is_done OR arrived_ms > left_ms + objective_ms AS is_over,
    if(is_over, left_ms + objective_ms, arrived_ms) AS decided_ms
  FROM handoff_passages
  -- what arrived before the longest window was decided before it
  WHERE is_waiting OR arrived_ms > toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) - arrayMax({windows_s:Array(UInt32)}) * 1000
) AS passages
LEFT ANY JOIN (
  SELECT plant, order_no, max(exceptions.number) AS number, sum(exceptions.counted) AS amount
  FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no
) AS cases ON cases.plant = passages.plant AND cases.order_no = passages.key
WHERE decided_ms <= at_ms AND decided_ms > at_ms - arrayMax({windows_s:Array(UInt32)}) * 1000
GROUP BY plant, flow, handoff, to_stage
