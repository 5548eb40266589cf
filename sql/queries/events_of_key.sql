-- The facts of a key, or those that carried the states named, oldest first; of a long text its beginning.
SELECT event_id, type, plant, flow, stage, system, key, occurred_at, received_at, trace_id, substringUTF8(business_events.data, 1, 4000) AS data, toUInt32(lengthUTF8(business_events.data) - lengthUTF8(substringUTF8(business_events.data, 1, 4000))) AS data_left_out
FROM business_events FINAL
WHERE plant = {plant:String} AND ((key = {key:String} AND {key:String} != '') OR event_id IN {event_ids:Array(String)})
ORDER BY occurred_at
LIMIT {limit:UInt32}
