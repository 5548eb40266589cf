-- Messages refused since a moment, per source and plant.
SELECT source, plant, toUInt32(count()) AS rejected
FROM quarantine FINAL
WHERE received_at >= {since:DateTime64(3, 'UTC')}
GROUP BY source, plant
