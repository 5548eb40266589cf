CREATE MATERIALIZED VIEW IF NOT EXISTS watermarks_mv /*on cluster*/ TO watermarks AS
SELECT source, system, plant, max(occurred_at) AS complete_to, max(received_at) AS received_at, load_seq
FROM events_in
WHERE kind = 'watermark'
GROUP BY source, system, plant, load_seq
