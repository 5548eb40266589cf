-- What people did to some cases, in order; of two acts of one version the first that counts.
SELECT toString(number) AS number, version, id, at, actor, act, saw_step, assignee, team, until, cause, reason, text, batch
FROM exception_acts FINAL
WHERE number IN {numbers:Array(UInt64)}
ORDER BY exception_acts.number, version, batch, id
LIMIT 1 BY exception_acts.number, version
