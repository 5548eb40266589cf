-- Calls from one service to another in the range, as their callers saw them. Percentiles are within 1 % of the exact
-- ones: they are read from latency classes that grow by 2 %, minute by minute. Whole hours named are read from their sums.
SELECT caller, callee, name, calls, errors, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  SELECT service AS caller, peer AS callee, name, toUInt32(sum(counted)) AS calls, toUInt32(sum(failed)) AS errors,
    arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, counted)) AS percentiles
  FROM (
    SELECT service, peer, name, bucket, sum(span_latency_1m.calls) AS counted, sum(span_latency_1m.errors) AS failed
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
      AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
      AND (minute < toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') OR minute >= toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC'))
    GROUP BY service, peer, name, bucket
    -- if hour_from < hour_to
    UNION ALL
    SELECT service, peer, name, bucket, sum(span_latency_1m.calls), sum(span_latency_1m.errors)
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
      AND toStartOfHour(minute) >= toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') AND toStartOfHour(minute) < toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC')
    GROUP BY service, peer, name, bucket
    -- end
  )
  GROUP BY caller, callee, name
)
ORDER BY errors / calls DESC, calls DESC
LIMIT 30
