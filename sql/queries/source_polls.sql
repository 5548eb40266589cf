-- How the polls of each source went since a moment, and what the last one said.
SELECT kept.source AS source, toUInt32(count()) AS polls, toUInt32(countIf(outcome = 'failed')) AS failed, toUInt64(sum(kept.requests)) AS requests, toUInt64(sum(kept.retries)) AS retries,
  toUInt64(sum(kept.bytes)) AS bytes, toUInt64(sum(kept.rows)) AS rows, toUInt64(sum(kept.rejected)) AS rejected, argMax(kept.skew_ms, started_at) AS skew_ms,
  toUInt64(sumIf(kept.requests, started_at >= {today:DateTime64(3, 'UTC')})) AS requests_today, toUInt32(quantileExact(0.95)(took_ms)) AS took_p95_ms
FROM source_polls AS kept
WHERE started_at >= {since:DateTime64(3, 'UTC')}
GROUP BY source
ORDER BY source
