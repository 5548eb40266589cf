-- The cases of a check that were settled last: when each opened, and when somebody or a run said it is mended.
SELECT plant, team, severity, opened_at, least(ifNull(resolved_at, closed_at), ifNull(closed_at, resolved_at)) AS settled_at
FROM exceptions
WHERE check = {check:String} AND plant IN {plants:Array(String)} AND (state = 'closed' OR status = 'resolved') AND settled_at >= {since:DateTime64(3, 'UTC')}
ORDER BY settled_at DESC
LIMIT {most:UInt32}
