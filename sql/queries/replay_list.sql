-- Replays, newest first, with what became of their items; of one case, or of one number, where it is named.
SELECT whole.replay AS replay, whole.flow AS flow, whole.actor AS actor, whole.reason AS reason, whole.selection AS selection, whole.approve_above AS approve_above, whole.at AS at,
  items.total AS total, items.left_out AS left_out, items.to_send AS to_send, items.waiting AS waiting, items.sent AS sent, items.refused AS refused, items.unverified AS unverified, items.verified AS verified, items.cancelled AS cancelled,
  toUInt32(count() OVER ()) AS replays
FROM (SELECT * FROM replays FINAL) AS whole
INNER JOIN (
  SELECT replay, toUInt32(count()) AS total, toUInt32(countIf(state = 'left_out')) AS left_out, toUInt32(countIf(state != 'left_out')) AS to_send,
    toUInt32(countIf(state IN ('frozen', 'sending'))) AS waiting, toUInt32(countIf(state = 'sent')) AS sent, toUInt32(countIf(state IN ('refused', 'failed'))) AS refused,
    toUInt32(countIf(state = 'unverified')) AS unverified, toUInt32(countIf(state = 'verified')) AS verified, toUInt32(countIf(state = 'cancelled')) AS cancelled
  FROM replay_work
  GROUP BY replay
  HAVING {number:UInt64} = 0 OR countIf(number = {number:UInt64}) > 0
) AS items ON items.replay = whole.replay
WHERE {replay:UInt64} IN (0, whole.replay)
ORDER BY whole.replay DESC
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
