-- Cases that nobody and nothing has touched since long after they were closed; never the newest, whose number tells the next.
SELECT number
FROM exceptions
WHERE state = 'closed' AND closed_at < {before:DateTime64(3, 'UTC')} AND touched_at < {before:DateTime64(3, 'UTC')}
  AND number < (SELECT max(number) FROM exception_steps)
ORDER BY number
LIMIT {limit:UInt32}
