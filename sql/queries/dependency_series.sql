-- Calls to one dependency over time. Percentiles are read from the latency classes of each step, never averaged.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + step * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  calls, errors, throttled, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  -- the minute in which the range begins belongs to its first step
  SELECT greatest(intDiv(toInt64(toUnixTimestamp(minute)) - toInt64(toUnixTimestamp({from:DateTime64(3, 'UTC')})), {step_s:UInt32}), 0) AS step,
    toUInt32(sum(span_latency_1m.calls)) AS calls, toUInt32(sum(span_latency_1m.errors)) AS errors, toUInt32(sum(span_latency_1m.throttled)) AS throttled,
    arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, span_latency_1m.calls)) AS percentiles
  FROM span_latency_1m
  WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer IN {spellings:Array(String)}
    AND ({flow:String} = '' OR flow = {flow:String})
    AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
  GROUP BY step
)
ORDER BY at
