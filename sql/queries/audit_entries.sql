-- Entries of the audit trail, the newest first: of a time, of an actor, act and outcome where they are named, and before an entry.
SELECT chain, seq, at, actor, actor_kind, actor_id, act, object, outcome, address, request, details, previous, hash
FROM audit_trail FINAL
WHERE at >= {since:DateTime64(3)} AND at <= {until:DateTime64(3)}
  AND {actor:String} IN ('', actor) AND {outcome:String} IN ('', outcome)
  AND ({act:String} = '' OR act = {act:String} OR startsWith(act, concat({act:String}, '.')))
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(concat(object, ' ', details), {q:String}) > 0)
ORDER BY at DESC, chain DESC, seq DESC
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
