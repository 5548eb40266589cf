-- Rows read by fetching in the last day, per source and plant; those that could not be taken among them.
SELECT source, one AS plant, toUInt32(sum(counted)) AS rows, max(read_at) AS last_read_at
FROM readings
ARRAY JOIN mapKeys(plant_rows) AS one, mapValues(plant_rows) AS counted
WHERE outcome = 'ok' AND read_at >= {since:DateTime64(3, 'UTC')} AND load_seq IN (SELECT load_seq FROM loads)
GROUP BY source, plant
