-- The facts of a key, or those that carried the states named, oldest first; of a long text its beginning. A state happened
-- when the event that carried it did: `hours` are those of the states.
SELECT event_id, type, plant, flow, stage, system, key, occurred_at, received_at, trace_id, substringUTF8(whole, 1, 4000) AS data, toUInt32(lengthUTF8(whole) - lengthUTF8(substringUTF8(whole, 1, 4000))) AS data_left_out
FROM (
  SELECT event_id, type, plant, flow, stage, system, key, occurred_at, received_at, trace_id, business_events.data AS whole
  FROM business_events FINAL
  WHERE plant = {plant:String} AND key = {key:String} AND {key:String} != ''
  UNION ALL
  SELECT event_id, type, plant, flow, stage, system, key, occurred_at, received_at, trace_id, business_events.data
  FROM business_events FINAL
  WHERE plant = {plant:String} AND toStartOfHour(occurred_at) IN (SELECT toDateTime(arrayJoin({hours:Array(String)}), 'UTC')) AND event_id IN {event_ids:Array(String)} AND (key != {key:String} OR {key:String} = '')
)
ORDER BY occurred_at
LIMIT {limit:UInt32}
-- rows of one fact have one key: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
