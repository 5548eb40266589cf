-- Calls to one dependency over time. Percentiles are read from the latency classes of each step, never averaged. Whole hours named are read from their sums.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + step * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  calls, errors, throttled, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  SELECT step, toUInt32(sum(counted)) AS calls, toUInt32(sum(span_errors)) AS errors, toUInt32(sum(span_throttled)) AS throttled,
    arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, counted)) AS percentiles
  FROM (
    -- the minute in which the range begins belongs to its first step
    SELECT greatest(intDiv(toInt64(toUnixTimestamp(minute)) - toInt64(toUnixTimestamp({from:DateTime64(3, 'UTC')})), {step_s:UInt32}), 0) AS step, bucket,
      sum(span_latency_1m.calls) AS counted, sum(span_latency_1m.errors) AS span_errors, sum(span_latency_1m.throttled) AS span_throttled
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer IN {spellings:Array(String)}
      AND ({flow:String} = '' OR flow = {flow:String})
      AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
      AND (minute < toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') OR minute >= toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC'))
    GROUP BY step, bucket
    -- if hour_from < hour_to
    UNION ALL
    SELECT greatest(intDiv(toInt64(toUnixTimestamp(toStartOfHour(minute))) - toInt64(toUnixTimestamp({from:DateTime64(3, 'UTC')})), {step_s:UInt32}), 0) AS step, bucket,
      sum(span_latency_1m.calls), sum(span_latency_1m.errors), sum(span_latency_1m.throttled)
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer IN {spellings:Array(String)}
      AND ({flow:String} = '' OR flow = {flow:String})
      AND toStartOfHour(minute) >= toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') AND toStartOfHour(minute) < toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC')
    GROUP BY step, bucket
    -- end
  )
  GROUP BY step
)
ORDER BY at
