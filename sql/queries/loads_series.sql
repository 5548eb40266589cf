-- The loader's lag over time, by kind of message: p95 and the slowest load of each step.
SELECT kind, toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + step * {step_s:UInt32}, 3, 'UTC') AS at,
  toUInt32(count()) AS loads, toFloat64(quantileExact(0.95)(lag_ms)) AS lag_p95_ms, toFloat64(max(lag_ms)) AS lag_max_ms
FROM (
  SELECT kind, greatest(dateDiff('millisecond', received_at, loaded_at), 0) AS lag_ms,
    intDiv(dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, loaded_at), {step_s:UInt32} * 1000) AS step
  FROM loads FINAL
  WHERE loaded_at >= {from:DateTime64(3, 'UTC')} AND loaded_at < {to:DateTime64(3, 'UTC')}
)
GROUP BY kind, step
ORDER BY kind, step
