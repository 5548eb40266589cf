-- Messages in quarantine by their ids, whole, as they stand.
SELECT id, received_at, source, kind, system, plant, flow, stage, partner, message_id, position, type, reasons, codes, body, attempt, sent, state
FROM quarantine_work
WHERE id IN {ids:Array(String)}
