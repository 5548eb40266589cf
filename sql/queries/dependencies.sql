-- Calls from one service to another in the range, as their callers saw them.
SELECT service AS caller, peer AS callee, name, toUInt32(count()) AS calls, toUInt32(countIf(status = 'ERROR')) AS errors,
  quantileExact(0.5)(duration_ns) / 1e6 AS p50_ms, quantileExact(0.95)(duration_ns) / 1e6 AS p95_ms, quantileExact(0.99)(duration_ns) / 1e6 AS p99_ms
FROM otel_spans FINAL
WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND kind IN ('CLIENT', 'PRODUCER') AND peer != ''
  AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
GROUP BY caller, callee, name
ORDER BY errors / calls DESC, calls DESC
LIMIT 30
