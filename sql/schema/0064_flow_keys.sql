-- A key of a flow with the moment (ms since the epoch) it reached each stage; 'ended' when it was called off.
CREATE VIEW IF NOT EXISTS flow_keys /*on cluster*/ AS
SELECT plant, flow, key, minMap(map(toString(stage), toUnixTimestamp64Milli(reached_at))) AS at, max(flow_progress.trace_id) AS trace_id
FROM flow_progress
GROUP BY plant, flow, key
