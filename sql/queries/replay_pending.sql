-- Items that something is still to be done for: to be sent, or looked for since they were.
SELECT replay, flow, position, item, plant, key, document, trace_id, number, expected, expected_type, state, asked_at, times FROM replay_work
WHERE left_out = '' AND is_begun
  AND ((state IN ('frozen', 'sending') AND NOT is_cancelled) OR (state IN ('sent', 'unverified') AND asked_at >= {since:DateTime64(3, 'UTC')}))
ORDER BY replay, position
LIMIT 10000
