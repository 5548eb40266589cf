CREATE MATERIALIZED VIEW IF NOT EXISTS flow_progress_mv /*on cluster*/ TO flow_progress AS
SELECT plant, flow, key, stage, min(occurred_at) AS reached_at, max(events_in.trace_id) AS trace_id
FROM events_in
WHERE kind = 'event' AND stage != ''
GROUP BY plant, flow, key, stage
