-- The passages of each hand-off that were decided within each window, and how many of them over the objective. A passage
-- is decided when its key arrives, or when its objective is used up without that, whichever is first; once. And what open
-- cases of the orders that were over are worth, with the newest of them. What was in time is many, and counted by its signs;
-- only what was not is looked up by its key.
WITH toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms, at_ms - arrayMax({windows_s:Array(UInt32)}) * 1000 AS since_ms,
  arraySort(arrayConcat([toInt64(0)], arrayMap(window_s -> toInt64(window_s) * 1000, {windows_s:Array(UInt32)}))) AS bounds,
  (SELECT (groupArray(place), groupArray(objective_ms)) FROM (SELECT concat(flow, ' ', handoff) AS place, objective_ms FROM handoffs)) AS objectives,
  (SELECT (groupArray(name), groupArray(least)) FROM (SELECT toString(handoff) AS name, toUInt16(round(log(greatest(min(objective_ms), 1)) / log(1.01))) AS least FROM handoffs GROUP BY name)) AS limits
SELECT counted.plant AS plant, counted.flow AS flow, counted.handoff AS handoff, to_stage, any(objective_ms) AS objective,
  CAST(sumForEach(arrayMap(window_s -> if(age_ms < window_s * 1000, passages, 0), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS decided,
  CAST(sumForEach(arrayMap(window_s -> if(is_over AND age_ms < window_s * 1000, passages, 0), {windows_s:Array(UInt32)})) AS Array(UInt32)) AS over,
  arrayMap(amount -> toString(amount), sumForEach(arrayMap(window_s -> if(is_over AND age_ms < window_s * 1000, cases.amount, cases.amount - cases.amount), {windows_s:Array(UInt32)}))) AS amounts,
  maxForEach(arrayMap(window_s -> if(is_over AND age_ms < window_s * 1000, cases.number, toUInt64(0)), {windows_s:Array(UInt32)})) AS numbers
FROM (
  -- how old to the window it still lies in
  SELECT plant, flow, handoff, '' AS key, false AS is_over, roundDown(at_ms - toInt64(arrived_ms), bounds) AS age_ms, sum(sign) AS passages
  FROM passages
  WHERE handoff != '' AND NOT is_waiting AND arrived_ms > since_ms AND arrived_ms <= at_ms
    AND arrived_ms <= left_ms + transform(concat(flow, ' ', handoff), objectives.1, objectives.2, toUInt64(0))
  GROUP BY plant, flow, handoff, age_ms
  UNION ALL
  SELECT plant, flow, handoff, passages.key AS key, true, at_ms - toInt64(left_ms + transform(concat(flow, ' ', handoff), objectives.1, objectives.2, toUInt64(0))) AS age_ms, sum(sign) AS passages
  FROM passages
  WHERE handoff != '' AND (is_waiting OR (arrived_ms > since_ms AND latency_class >= transform(toString(handoff), limits.1, limits.2, toUInt16(0))))
    AND (is_waiting OR arrived_ms > left_ms + transform(concat(flow, ' ', handoff), objectives.1, objectives.2, toUInt64(0)))
    AND age_ms >= 0 AND age_ms < at_ms - since_ms
  GROUP BY plant, flow, handoff, key, age_ms, arrived_ms
  HAVING passages > 0
) AS counted
INNER JOIN handoffs ON handoffs.flow = counted.flow AND handoffs.handoff = counted.handoff
LEFT ANY JOIN (
  SELECT plant, order_no, max(exceptions.number) AS number, sum(exceptions.counted) AS amount
  FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no
) AS cases ON cases.plant = counted.plant AND cases.order_no = counted.key
GROUP BY plant, flow, handoff, to_stage
HAVING arraySum(decided) > 0
