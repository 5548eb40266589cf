-- The last reading of each file.
SELECT source, path, read_at, modified_at, bytes, rows, rejected, outcome, reason
FROM files_read
ORDER BY read_at DESC
LIMIT 1 BY source, path
LIMIT 500
