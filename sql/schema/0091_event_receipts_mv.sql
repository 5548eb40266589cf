CREATE MATERIALIZED VIEW IF NOT EXISTS event_receipts_mv /*on cluster*/ TO event_receipts AS
SELECT plant, flow, stage, system, source, partner, key, event_id, type, occurred_at, received_at,
  multiIf(kind = 'quarantine', 'quarantined', notEmpty(deviations), 'deviating', 'accepted') AS outcome,
  if(kind = 'quarantine', events_in.codes, deviations) AS codes, load_seq
FROM events_in
WHERE kind IN ('event', 'quarantine')
