-- Business events let in per source and plant in the last day, by when they were received, as each load counted them.
SELECT source, plant, toUInt32(sum(messages)) AS rows, max(received_at) AS last_received_at
FROM (SELECT source, plant, messages, received_at FROM source_arrivals FINAL WHERE received_at >= {since:DateTime64(3, 'UTC')})
GROUP BY source, plant
