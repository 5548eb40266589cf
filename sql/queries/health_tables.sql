-- What each table of the store holds, largest first, and into how many parts the partition with most of them is split:
-- the engine slows inserts down, and at last refuses them, where one has too many.
SELECT table, toUInt32(sum(in_partition)) AS parts, toUInt32(max(in_partition)) AS most_parts, toFloat64(sum(rows_held)) AS rows_held, toFloat64(sum(bytes_held)) AS bytes_held
FROM (
  SELECT table, partition_id, count() AS in_partition, sum(rows) AS rows_held, sum(bytes_on_disk) AS bytes_held
  FROM system.parts
  WHERE active AND database = currentDatabase()
  GROUP BY table, partition_id
)
GROUP BY table
ORDER BY bytes_held DESC, table
