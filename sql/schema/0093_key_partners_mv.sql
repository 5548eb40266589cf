CREATE MATERIALIZED VIEW IF NOT EXISTS key_partners_mv /*on cluster*/ TO key_partners AS
SELECT plant, flow, key, stage, max(events_in.partner) AS partner
FROM events_in
WHERE kind = 'event' AND stage != '' AND events_in.partner != ''
GROUP BY plant, flow, key, stage
