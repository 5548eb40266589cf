-- The facts of a key, or those that carried the states named, oldest first.
SELECT event_id, type, plant, flow, stage, system, key, occurred_at, received_at, trace_id, substring(data, 1, 4000) AS data
FROM business_events FINAL
WHERE plant = {plant:String} AND ((key = {key:String} AND {key:String} != '') OR event_id IN {event_ids:Array(String)})
ORDER BY occurred_at
LIMIT {limit:UInt32}
