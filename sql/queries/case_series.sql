-- How many cases were open at moments of the past: from the first moment at which it was open each counts one, and from
-- the first at which it was closed one less. Of all checks where none is named.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, intDiv(from_ms, 1000) AS from_s, {step_s:UInt32} * 1000 AS step_ms
SELECT toDateTime64(from_s + moment * {step_s:UInt32}, 3, 'UTC') AS at, toFloat64(sum(sum(change)) OVER (ORDER BY moment)) AS value
FROM (
  SELECT told.1 AS moment, told.2 AS change
  FROM (
    SELECT arrayJoin([
      (greatest(toInt64(ceil((toUnixTimestamp64Milli(opened_at) - from_s * 1000) / step_ms)), 0), 1),
      (if(state = 'open', toInt64(4294967295), greatest(toInt64(ceil((toUnixTimestamp64Milli(assumeNotNull(closed_at)) - from_s * 1000) / step_ms)), 0)), -1)
    ]) AS told
    FROM exceptions
    WHERE plant IN {plants:Array(String)}
    AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
  )
  UNION ALL
  SELECT toInt64(number) AS moment, 0 AS change FROM numbers(intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), {step_s:UInt32}) + 1)
)
GROUP BY moment
HAVING moment <= intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - from_s, {step_s:UInt32})
ORDER BY moment
