-- Calls by the hour as the latency sums have them, beside the spans they were summed from. An hour is whole or left out.
SELECT hour, toUInt64(sum(calls)) AS exact, toUInt64(sum(summed)) AS rolled_up, toInt64(rolled_up) - toInt64(exact) AS drift
FROM (
  SELECT toStartOfHour(toDateTime(ts, 'UTC')) AS hour, count() AS calls, 0 AS summed
  FROM otel_spans FINAL
  WHERE ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')} AND kind IN ('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER')
  GROUP BY hour
  UNION ALL
  SELECT toStartOfHour(minute) AS hour, 0 AS calls, sum(span_latency_1m.calls) AS summed
  FROM span_latency_1m
  WHERE minute >= {from:DateTime64(3, 'UTC')} AND minute < {to:DateTime64(3, 'UTC')}
  GROUP BY hour
)
GROUP BY hour
ORDER BY hour
