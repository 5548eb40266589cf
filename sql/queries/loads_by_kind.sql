-- What was loaded of each kind of message, and how far the loader lagged: from the receipt of a load's first message until
-- the store had it.
SELECT kind, toUInt32(count()) AS loads, toFloat64(sum(lagged.bytes)) AS bytes, toFloat64(quantileExact(0.5)(lag_ms)) AS lag_p50_ms,
  toFloat64(quantileExact(0.95)(lag_ms)) AS lag_p95_ms, toFloat64(max(lag_ms)) AS lag_max_ms, max(loaded_at) AS last_load_at
FROM (SELECT *, greatest(dateDiff('millisecond', received_at, loaded_at), 0) AS lag_ms FROM loads FINAL) AS lagged
WHERE loaded_at >= {from:DateTime64(3, 'UTC')} AND loaded_at < {to:DateTime64(3, 'UTC')}
GROUP BY kind
