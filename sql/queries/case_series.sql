-- How many cases were open at moments of the past.
SELECT toDateTime64(moment, 3, 'UTC') AS at, toFloat64(countIf(opened_at <= at AND (state = 'open' OR closed_at > at))) AS value
FROM (
  SELECT opened_at, closed_at, state, arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})) AS moment
  FROM exceptions
  WHERE plant IN {plants:Array(String)}
)
GROUP BY moment
ORDER BY moment
