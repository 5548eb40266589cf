-- The last reading of each file.
SELECT source, path, cursor, read_at, modified_at, bytes, rows, rejected, outcome, reason
FROM readings
ORDER BY read_at DESC
LIMIT 1 BY source, path
LIMIT 500
