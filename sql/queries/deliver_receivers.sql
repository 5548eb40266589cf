-- How each receiver stands: what waits for it, what stands at the head of its line, what came of the last day.
SELECT receiver, toUInt32(countIf(is_open)) AS waiting,
  argMinIf(toString(last), sequence, is_open AND steps > 0) AS head, argMinIf(first_at, sequence, is_open AND steps > 0) AS head_since,
  argMinIf(next_at, sequence, is_open AND steps > 0) AS head_next_at, argMinIf(reason, sequence, is_open AND steps > 0) AS head_reason,
  argMinIf(sequence, sequence, is_open AND steps > 0) AS head_sequence,
  countIf(last = 'disabled') > 0 AS is_disabled,
  maxIf(last_at, last = 'delivered') AS last_delivered_at,
  toUInt32(countIf(last = 'delivered' AND last_at >= {since:DateTime64(3, 'UTC')})) AS delivered_24h,
  toUInt32(countIf(last = 'given_up' AND last_at >= {since:DateTime64(3, 'UTC')})) AS given_up_24h
FROM (
  SELECT receiver, sequence, steps, last, first_at, last_at, next_at, reason,
    steps = 0 OR last NOT IN ('delivered', 'given_up', 'skipped') AS is_open
  FROM (SELECT receiver, sequence FROM notifications FINAL) AS told
  LEFT JOIN (
    SELECT receiver, sequence, count() AS steps, argMax(outcome, step) AS last, min(at) AS first_at, max(at) AS last_at,
      argMax(next_at, step) AS next_at, argMax(reason, step) AS reason
    FROM deliveries FINAL
    GROUP BY receiver, sequence
  ) AS states USING (receiver, sequence)
)
GROUP BY receiver
