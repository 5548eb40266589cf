-- A stretch of the audit trail in the order of its chains, for whoever verifies it: what follows an entry.
SELECT chain, seq, at, actor, actor_kind, actor_id, act, object, outcome, address, request, details, previous, hash
FROM audit_trail FINAL
WHERE (chain, seq) > ({chain:String}, {seq:UInt64})
ORDER BY chain, seq
LIMIT {limit:UInt32}
