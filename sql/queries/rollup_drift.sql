-- Calls and errors by the hour as the latency sums have them, beside the spans they were summed from: of a range, and of
-- single hours before it. An hour is whole or left out.
SELECT one.1 AS rollup, hour, one.2 AS exact, one.3 AS rolled_up, toInt64(rolled_up) - toInt64(exact) AS drift
FROM (
  SELECT hour, arrayJoin([
    ('span_latency_1m', toUInt64(sum(calls)), toUInt64(sum(summed))),
    ('span_latency_1m.errors', toUInt64(sum(errors)), toUInt64(sum(summed_errors)))
  ]) AS one
  FROM (
    SELECT toStartOfHour(toDateTime(ts, 'UTC')) AS hour, count() AS calls, countIf(status = 'ERROR') AS errors, 0 AS summed, 0 AS summed_errors
    FROM otel_spans FINAL
    WHERE (ts >= {from:DateTime64(3, 'UTC')} OR has({hours:Array(DateTime64(3, 'UTC'))}, toDateTime64(toStartOfHour(toDateTime(ts, 'UTC')), 3, 'UTC')))
      AND ts < {to:DateTime64(3, 'UTC')} AND kind IN ('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER')
    GROUP BY hour
    UNION ALL
    SELECT toStartOfHour(minute) AS hour, 0 AS calls, 0 AS errors, sum(span_latency_1m.calls) AS summed, sum(span_latency_1m.errors) AS summed_errors
    FROM span_latency_1m
    WHERE (minute >= {from:DateTime64(3, 'UTC')} OR has({hours:Array(DateTime64(3, 'UTC'))}, toDateTime64(toStartOfHour(minute), 3, 'UTC')))
      AND minute < {to:DateTime64(3, 'UTC')}
    GROUP BY hour
  )
  GROUP BY hour
)
ORDER BY rollup, hour
