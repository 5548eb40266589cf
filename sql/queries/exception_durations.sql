-- The cases of a check that were settled last: when each opened, and when somebody or a run said it is mended.
SELECT plant, opened_at, least(ifNull(resolved_at, closed_at), ifNull(closed_at, resolved_at)) AS settled_at
FROM exceptions
WHERE check = {check:String} AND plant IN {plants:Array(String)} AND (state = 'closed' OR status = 'resolved') AND settled_at IS NOT NULL
ORDER BY settled_at DESC
LIMIT 200
