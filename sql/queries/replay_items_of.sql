-- The items of a replay as they stand, in their order; `refused` includes those that failed, `frozen` those being sent.
SELECT position, item, plant, key, document, trace_id, number, check, class, expected, attempt, left_out, state, asked_at, times, at, detail, proof, toUInt32(count() OVER ()) AS total
FROM replay_work
WHERE replay = {replay:UInt64} AND {state:String} IN ('', multiIf(state = 'failed', 'refused', state = 'sending', 'frozen', state))
ORDER BY position
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
