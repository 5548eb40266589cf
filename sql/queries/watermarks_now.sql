-- The newest watermark of each source and plant.
SELECT source, system, plant, max(complete_to) AS watermark, max(received_at) AS last_received_at
FROM watermarks
GROUP BY source, system, plant
