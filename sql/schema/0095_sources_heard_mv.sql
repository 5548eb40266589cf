CREATE MATERIALIZED VIEW IF NOT EXISTS sources_heard_mv /*on cluster*/ TO sources_heard AS
SELECT source, plant, min(received_at) AS first_at
FROM events_in
WHERE kind IN ('event', 'quarantine')
GROUP BY source, plant
