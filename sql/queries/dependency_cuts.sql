-- Calls to one dependency in the range: by plant, by flow, and by who called what, as `cut` says. Whole hours named are read from their sums.
SELECT cut, plant, flow, caller, name, calls, errors, throttled, in_time, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  SELECT multiIf(grouping(plant) = 0, 'plant', grouping(flow) = 0, 'flow', 'call') AS cut, plant, flow, service AS caller, name,
    toUInt32(sum(counted)) AS calls, toUInt32(sum(span_errors)) AS errors, toUInt32(sum(span_throttled)) AS throttled,
    toUInt32(sumIf(counted, bucket <= {limit:UInt16})) AS in_time,
    arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, counted)) AS percentiles
  FROM (
    SELECT plant, flow, service, name, bucket,
      sum(span_latency_1m.calls) AS counted, sum(span_latency_1m.errors) AS span_errors, sum(span_latency_1m.throttled) AS span_throttled
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer IN {spellings:Array(String)}
      AND ({flow:String} = '' OR flow = {flow:String})
      AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
      AND (minute < toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') OR minute >= toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC'))
    GROUP BY plant, flow, service, name, bucket
    -- if hour_from < hour_to
    UNION ALL
    SELECT plant, flow, service, name, bucket, sum(span_latency_1m.calls), sum(span_latency_1m.errors), sum(span_latency_1m.throttled)
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer IN {spellings:Array(String)}
      AND ({flow:String} = '' OR flow = {flow:String})
      AND toStartOfHour(minute) >= toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') AND toStartOfHour(minute) < toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC')
    GROUP BY plant, flow, service, name, bucket
    -- end
  )
  GROUP BY GROUPING SETS ((plant), (flow), (service, name))
)
ORDER BY cut, calls DESC, plant, flow, caller, name
LIMIT 100 BY cut
