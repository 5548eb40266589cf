-- How many keys waited over their objective at moments of the past.
SELECT toDateTime64(moment, 3, 'UTC') AS at, toFloat64(countIf(left_ms + objective_ms < moment * 1000 AND (arrived_ms = 0 OR arrived_ms > moment * 1000))) AS value
FROM (
  SELECT left_ms, arrived_ms, objective_ms, arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})) AS moment
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND (is_waiting OR (is_done AND latency_ms > objective_ms AND arrived_ms > toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')})))
)
GROUP BY moment
ORDER BY moment
