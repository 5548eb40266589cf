-- Messages in quarantine as they stand, newest first; `open` are those that wait for a person, tried before or not.
SELECT id, received_at, source, kind, system, plant, flow, stage, partner, message_id, type, reasons, codes, attempt, sent, state, act, actor, acted_at, toUInt32(count() OVER ()) AS total
FROM quarantine_work
WHERE ({code:String} = '' OR has(codes, {code:String}) OR ({code:String} = '-' AND empty(codes))) AND ({type:String} = '' OR type = {type:String} OR ({type:String} = '-' AND type = '')) AND {source:String} IN ('', if(source = '', '-', source)) AND {kind:String} IN ('', kind) AND {plant:String} IN ('', if(plant = '', '-', plant))
  AND ({q:String} = '' OR positionCaseInsensitive(message_id, {q:String}) > 0 OR ({in_body:Bool} AND positionCaseInsensitive(body, {q:String}) > 0))
  AND ({state:String} = 'all' OR state = {state:String} OR ({state:String} = 'open' AND state = 'refused'))
ORDER BY received_at DESC, source, message_id, id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
