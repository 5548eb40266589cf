-- Calls to each dependency as its callers saw them, in the range and in the one it is compared with. A dependency is known
-- by several spellings; a call is in time when its latency class is not above the limit of its spelling. Percentiles are
-- within 1 % of the exact ones. Whole hours named are read from their sums.
SELECT dependency, is_before, calls, errors, throttled, in_time, percentiles[1] AS p50_ms, percentiles[2] AS p95_ms, percentiles[3] AS p99_ms
FROM (
  SELECT transform(peer, {spellings:Array(String)}, {meant:Array(String)}, peer) AS dependency, is_before,
    toUInt32(sum(counted)) AS calls, toUInt32(sum(span_errors)) AS errors, toUInt32(sum(span_throttled)) AS throttled,
    toUInt32(sumIf(counted, bucket <= transform(peer, {spellings:Array(String)}, {limits:Array(UInt16)}, toUInt16(65535)))) AS in_time,
    arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, counted)) AS percentiles
  FROM (
    SELECT peer, bucket, minute < toStartOfMinute({from:DateTime64(3, 'UTC')}) AS is_before,
      sum(span_latency_1m.calls) AS counted, sum(span_latency_1m.errors) AS span_errors, sum(span_latency_1m.throttled) AS span_throttled
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
      AND ({flow:String} = '' OR flow = {flow:String})
      AND (minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
        OR minute >= toStartOfMinute({previous_from:DateTime64(3, 'UTC')}) AND minute < toStartOfMinute({previous_to:DateTime64(3, 'UTC')}))
      AND (minute < toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') OR minute >= toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC'))
    GROUP BY peer, bucket, is_before
    -- if hour_from < hour_to
    UNION ALL
    SELECT peer, bucket, toStartOfHour(minute) < {from:DateTime64(3, 'UTC')} AS is_before,
      sum(span_latency_1m.calls), sum(span_latency_1m.errors), sum(span_latency_1m.throttled)
    FROM span_latency_1m
    WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
      AND ({flow:String} = '' OR flow = {flow:String})
      AND toStartOfHour(minute) >= toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') AND toStartOfHour(minute) < toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC')
    GROUP BY peer, bucket, is_before
    -- end
  )
  GROUP BY dependency, is_before
)
ORDER BY dependency, is_before
