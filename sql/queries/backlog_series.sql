-- How many keys waited over their objective at moments of the past.
SELECT toDateTime64(moment, 3, 'UTC') AS at, toFloat64(sumIf(sign, left_ms + objective_ms < moment * 1000 AND (arrived_ms = 0 OR arrived_ms > moment * 1000))) AS value
FROM (
  SELECT left_ms, arrived_ms, objective_ms, sign, arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})) AS moment
  FROM passages
  INNER JOIN handoffs ON handoffs.flow = passages.flow AND handoffs.handoff = passages.handoff
  WHERE plant IN {plants:Array(String)} AND passages.handoff != ''
    AND (is_waiting OR (arrived_ms > toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms > left_ms + objective_ms))
)
GROUP BY moment
ORDER BY moment
