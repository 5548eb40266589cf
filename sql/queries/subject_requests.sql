-- Requests about people and keys with all of their steps, the newest first.
SELECT request, step, at, actor, body
FROM subject_requests FINAL
WHERE {request:String} = '' OR request = {request:String}
ORDER BY at DESC, step
LIMIT 5000
