-- Calls to each dependency by the week of the plant they belong to: `starts` has when each week began in the first plant,
-- then in the second, and so on, `weeks` of them for each.
SELECT dependency, toUInt32(week) AS week, toUInt32(sum(counted)) AS calls, toUInt32(sum(span_errors)) AS errors,
  toUInt32(sum(span_throttled)) AS throttled, toUInt32(sum(counted_in_time)) AS in_time
FROM (
  -- all clocks of the world begin their weeks on a quarter of an hour
  SELECT plant, toStartOfFifteenMinutes(minute) AS quarter, transform(peer, {spellings:Array(String)}, {meant:Array(String)}, peer) AS dependency,
    sum(span_latency_1m.calls) AS counted, sum(span_latency_1m.errors) AS span_errors, sum(span_latency_1m.throttled) AS span_throttled,
    sumIf(span_latency_1m.calls, bucket <= transform(peer, {spellings:Array(String)}, {limits:Array(UInt16)}, toUInt16(65535))) AS counted_in_time,
    arrayCount(start -> start <= toUnixTimestamp(quarter), arraySlice({starts:Array(UInt32)}, (indexOf({plants:Array(String)}, plant) - 1) * {weeks:UInt16} + 1, {weeks:UInt16})) AS week
  FROM span_latency_1m
  WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
    AND ({flow:String} = '' OR flow = {flow:String})
    AND minute >= {from:DateTime64(3, 'UTC')} AND minute < {to:DateTime64(3, 'UTC')}
  GROUP BY plant, quarter, dependency
)
WHERE week > 0
GROUP BY dependency, week
ORDER BY dependency, week
