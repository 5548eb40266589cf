CREATE MATERIALIZED VIEW IF NOT EXISTS flow_progress_mv /*on cluster*/ TO flow_progress AS
SELECT plant, flow, key, stage, min(occurred_at) AS reached_at, max(events_in.trace_id) AS trace_id, max(events_in.partner) AS partner, max(events_in.load_seq) AS load_seq
FROM events_in
WHERE kind = 'event' AND stage != ''
GROUP BY plant, flow, key, stage
