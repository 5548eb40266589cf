CREATE MATERIALIZED VIEW IF NOT EXISTS business_events_mv /*on cluster*/ TO business_events AS
SELECT plant, flow, stage, system, source, event_id, type, key, occurred_at, received_at, trace_id, span_id, partner, deviations, data, load_seq
FROM events_in
WHERE kind = 'event'
