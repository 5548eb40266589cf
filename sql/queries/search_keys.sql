-- Keys of flows that start with what is looked for, and how far each has come.
SELECT plant, flow, key, max(toUnixTimestamp64Milli(reached_at)) AS last_ms, argMax(stage, reached_at) AS last_stage, max(flow_progress.trace_id) AS trace_id
FROM flow_progress
WHERE startsWith(lower(key), lower({q:String}))
GROUP BY plant, flow, key
ORDER BY last_ms DESC
LIMIT 8
