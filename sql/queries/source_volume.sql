-- Business events per source and plant in the last day, by when they were received.
SELECT source, plant, toUInt32(count()) AS rows, max(received_at) AS last_received_at
FROM business_events FINAL
WHERE received_at >= {since:DateTime64(3, 'UTC')}
GROUP BY source, plant
