-- What each source sent of a plant since a moment, and how much of it was refused.
SELECT source, plant, toUInt32(sum(taken)) AS taken, toUInt32(sum(refused)) AS refused, min(first_at) AS first_refused_at
FROM (
  SELECT toString(source) AS source, toString(plant) AS plant, toUInt64(sum(messages)) AS taken, toUInt64(0) AS refused, now64(3, 'UTC') AS first_at
  FROM source_arrivals FINAL
  WHERE received_at >= {since:DateTime64(3, 'UTC')}
  GROUP BY source, plant
  UNION ALL
  SELECT toString(source) AS source, toString(plant) AS plant, toUInt64(0) AS taken, toUInt64(count()) AS refused, min(received_at) AS first_at
  FROM quarantine FINAL
  WHERE received_at >= {since:DateTime64(3, 'UTC')} AND source != ''
  GROUP BY source, plant
)
GROUP BY source, plant
