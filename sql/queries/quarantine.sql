-- Messages that broke their contract, newest first, with every reason.
SELECT received_at, source, kind, system, plant, message_id, position, reasons, substring(body, 1, 4000) AS body
FROM quarantine FINAL
ORDER BY received_at DESC
LIMIT {limit:UInt32}
