-- Merges of parts that run now, and changes of rows that wait to be written.
SELECT * FROM (
  SELECT table, 'merge' AS what, toFloat64(progress) AS done, toFloat64(elapsed) AS elapsed_s, toUInt32(num_parts) AS parts, toFloat64(total_size_bytes_compressed) AS bytes_read, '' AS failing
  FROM system.merges
  WHERE database = currentDatabase()
  UNION ALL
  SELECT table, 'mutation', toFloat64(0), toFloat64(dateDiff('second', create_time, now())), toUInt32(greatest(parts_to_do, 0)), toFloat64(0), latest_fail_reason
  FROM system.mutations
  WHERE database = currentDatabase() AND NOT is_done
)
ORDER BY elapsed_s DESC, table
