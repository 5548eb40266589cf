-- Items of replays as they stand. What was verified stays so; a refusal and a failure end an item.
CREATE VIEW IF NOT EXISTS replay_work /*on cluster*/ AS
SELECT items.replay AS replay, position, items.item AS item, plant, key, document, trace_id, number, check, class, expected, expected_type, attempt, left_out,
  whole.flow AS flow, begun.is_begun AS is_begun, begun.is_cancelled AS is_cancelled, done.asked_at AS asked_at, done.times AS times, done.at AS at, done.detail AS detail, done.proof AS proof,
  multiIf(left_out != '', 'left_out', done.act != '' AND NOT (done.act = 'sending' AND begun.is_cancelled), done.act, begun.is_cancelled, 'cancelled', 'frozen') AS state
FROM (SELECT * FROM replay_items FINAL) AS items
INNER JOIN (SELECT replay, flow FROM replays FINAL) AS whole ON whole.replay = items.replay
LEFT JOIN (
  SELECT replay, countIf(replay_steps.act = 'begun') > 0 AS is_begun, countIf(replay_steps.act = 'cancelled') > 0 AS is_cancelled FROM replay_steps WHERE item = '' GROUP BY replay
) AS begun ON begun.replay = items.replay
LEFT JOIN (
  SELECT replay, item, argMax(toString(steps.act), toUInt8(steps.act)) AS act, argMax(steps.at, toUInt8(steps.act)) AS at, argMax(steps.detail, toUInt8(steps.act)) AS detail, argMax(steps.proof, toUInt8(steps.act)) AS proof,
    minIf(steps.at, steps.act = 'sending') AS asked_at, toUInt32(countIf(steps.act = 'sending')) AS times
  FROM (SELECT replay, item, replay_steps.act AS act, replay_steps.at AS at, detail, proof FROM replay_steps FINAL WHERE item != '') AS steps
  GROUP BY replay, item
) AS done ON done.replay = items.replay AND done.item = items.item
