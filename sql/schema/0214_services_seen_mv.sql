CREATE MATERIALIZED VIEW IF NOT EXISTS services_seen_mv /*on cluster*/ TO services_seen AS
SELECT service, max(ts) AS last_at
FROM spans_in
GROUP BY service
