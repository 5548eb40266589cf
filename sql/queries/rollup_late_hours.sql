-- Hours that spans were received for of late, though they are over since long.
SELECT DISTINCT toStartOfHour(toDateTime(ts, 'UTC')) AS hour
FROM otel_spans
WHERE received_at >= {since:DateTime64(3, 'UTC')} AND ts >= {oldest:DateTime64(3, 'UTC')} AND ts < {before:DateTime64(3, 'UTC')}
ORDER BY hour
