CREATE MATERIALIZED VIEW IF NOT EXISTS key_index_mv /*on cluster*/ TO key_index AS
SELECT key, trace_id, toStartOfMonth(received_at) AS month, plant, flow, min(ts) AS first_at, max(ts) AS last_at
FROM spans_in
WHERE key != ''
GROUP BY key, trace_id, month, plant, flow
