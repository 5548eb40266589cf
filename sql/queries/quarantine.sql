-- Messages that broke their contract, newest first, with every reason.
SELECT received_at, source, kind, system, plant, flow, stage, partner, message_id, position, reasons, codes, substring(body, 1, 4000) AS body
FROM quarantine FINAL
ORDER BY received_at DESC
LIMIT {limit:UInt32}
