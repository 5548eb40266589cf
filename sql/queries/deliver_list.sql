-- Notifications of which something happened since, and how their delivery stands, newest first; `waiting` has not been
-- tried, or waits for a person's try; `open` asks for all that will be tried yet.
SELECT receiver, sequence, id, status, is_test, created_at,
  JSONExtractString(body, 'alerts', 1, 'title') AS title, toUInt32(JSONLength(body, 'alerts')) AS alerts,
  JSONExtractString(body, 'alerts', 1, 'plant') AS plant, JSONExtractString(body, 'alerts', 1, 'path') AS path,
  attempts, last_at, status_code, answer, next_at, reason,
  multiIf(steps = 0 OR last IN ('asked', 'enabled'), 'waiting', toString(last)) AS outcome,
  toUInt32(count() OVER ()) AS total
FROM notifications FINAL
LEFT JOIN (
  SELECT receiver, sequence, count() AS steps, argMax(outcome, step) AS last, toUInt32(countIf(attempt > 0)) AS attempts, max(at) AS last_at,
    argMaxIf(status_code, step, attempt > 0) AS status_code, argMaxIf(answer, step, attempt > 0) AS answer,
    argMax(next_at, step) AS next_at, argMax(reason, step) AS reason
  FROM deliveries FINAL
  GROUP BY receiver, sequence
) AS states USING (receiver, sequence)
WHERE if(steps = 0, created_at, last_at) >= {since:DateTime64(3, 'UTC')} AND {receiver:String} IN ('', receiver)
  AND ({outcome:String} IN ('', outcome) OR ({outcome:String} = 'open' AND outcome IN ('waiting', 'retry', 'disabled')))
ORDER BY created_at DESC, receiver, sequence DESC
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
