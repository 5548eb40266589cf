-- How many messages a replay holds.
SELECT toUInt32(count()) AS items FROM replay_items WHERE replay = {replay:UInt64}
