CREATE MATERIALIZED VIEW IF NOT EXISTS quarantine_mv /*on cluster*/ TO quarantine AS
SELECT received_at, source, 'event' AS kind, system, plant, flow, stage, partner, event_id AS message_id, '' AS position, reasons, codes, data AS body
FROM events_in
WHERE events_in.kind = 'quarantine'
