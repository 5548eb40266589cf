-- Receivers that are not told what they should be: called no more since they said so, or of which a notification was given
-- up since a moment. Tests are a person's own.
SELECT receiver, max(last = 'disabled') AS is_disabled, toUInt32(countIf(last = 'given_up' AND at >= {since:DateTime64(3, 'UTC')})) AS given_up,
  argMax(reason, at) AS last_reason
FROM (
  SELECT receiver, sequence, argMax(toString(deliveries.outcome), step) AS last, max(deliveries.at) AS at, argMax(deliveries.reason, step) AS reason
  FROM deliveries
  WHERE (receiver, sequence) NOT IN (SELECT receiver, sequence FROM notifications WHERE is_test)
  GROUP BY receiver, sequence
  HAVING last = 'disabled' OR (last = 'given_up' AND at >= {since:DateTime64(3, 'UTC')})
)
GROUP BY receiver
ORDER BY receiver
