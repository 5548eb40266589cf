-- What each receiver was told of every group that is not over for it, oldest first: enough to know its last word. The
-- heartbeat has a group of its own, of which the last word counts.
SELECT receiver, sequence, group_key, body, created_at
FROM notifications FINAL
LEFT JOIN (
  SELECT receiver, group_key, maxIf(sequence, status = 'resolved') AS over, max(sequence) AS last
  FROM notifications WHERE NOT is_test GROUP BY receiver, group_key
) AS groups ON groups.receiver = notifications.receiver AND groups.group_key = notifications.group_key
WHERE NOT is_test AND if(group_key = 'heartbeat', sequence = groups.last, sequence > groups.over)
ORDER BY receiver, sequence
