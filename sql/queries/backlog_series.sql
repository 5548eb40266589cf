-- How many keys waited over their objective at moments of the past: from the first moment after its objective each counts
-- one, and from the first at which it had arrived one less. Of all flows where none is named.
WITH arrayMap(objective -> toUInt16(round(log(greatest(objective, 1)) / log(1.01))), {objectives_ms:Array(UInt64)}) AS least_classes,
  intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) AS from_s, {step_s:UInt32} * 1000 AS step_ms
SELECT toDateTime64(from_s + moment * {step_s:UInt32}, 3, 'UTC') AS at, toFloat64(sum(sum(change)) OVER (ORDER BY moment)) AS value
FROM (
  SELECT told.1 AS moment, told.2 AS change
  FROM (
    SELECT arrayJoin([
      (greatest(toInt64(floor((toInt64(left_ms + objective_ms) - from_s * 1000) / step_ms)) + 1, 0), sign),
      (if(is_waiting, toInt64(4294967295), greatest(toInt64(ceil((toInt64(arrived_ms) - from_s * 1000) / step_ms)), 0)), -sign)
    ]) AS told
    FROM (
      -- the objective is looked up: a join of every row took twice as long
      SELECT is_waiting, arrived_ms, left_ms, sign, transform(concat(flow, ' ', handoff), {handoffs:Array(String)}, {objectives_ms:Array(UInt64)}, toUInt64(0)) AS objective_ms
      FROM passages
      WHERE plant IN {plants:Array(String)} AND handoff != ''
      AND ({flow:String} = '' OR flow = {flow:String})
        -- most that arrived was in time: its latency class, two bytes, tells
        AND (is_waiting OR (arrived_ms > toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')})
          AND latency_class >= transform(concat(flow, ' ', handoff), {handoffs:Array(String)}, least_classes, toUInt16(0))))
    )
    WHERE (is_waiting OR (arrived_ms > toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms > left_ms + objective_ms))
  )
  UNION ALL
  SELECT toInt64(number) AS moment, 0 AS change FROM numbers(intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), {step_s:UInt32}) + 1)
)
GROUP BY moment
HAVING moment <= intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - from_s, {step_s:UInt32})
ORDER BY moment
