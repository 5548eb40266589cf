-- Messages in quarantine as they stand: a fold over what people did. What a message sent again was refused for is told at
-- the message as it came, and is no message of its own.
CREATE VIEW IF NOT EXISTS quarantine_work /*on cluster*/ AS
SELECT
  messages.id AS id, received_at, messages.source AS source, kind, system, messages.plant AS plant, flow, stage, partner, message_id, position, type, reasons, codes, body,
  toUInt32(done.attempt) AS attempt, toUInt32(done.sent) AS sent, done.act AS act, done.actor AS actor, done.at AS acted_at,
  multiIf(done.attempt = 0 OR done.act = 'restored', 'open', done.act = 'discarded', 'discarded', done.outcome = '', 'waiting', done.outcome = 'accepted', 'accepted', 'refused') AS state
FROM (
  SELECT id, received_at, source, kind, system, plant, flow, stage, partner, message_id, position, type, reasons, codes, body
  FROM quarantine FINAL
  WHERE (source, message_id) NOT IN (SELECT corrections.source, corrections.sent_id FROM corrections WHERE corrections.sent_id != '')
) AS messages
LEFT JOIN (
  SELECT steps.id AS id, max(steps.attempt) AS attempt, countIf(steps.sent_id != '') AS sent,
    argMax(toString(steps.act), steps.attempt) AS act, argMax(toString(steps.actor), steps.attempt) AS actor, argMax(steps.at, steps.attempt) AS at, argMax(outcomes.outcome, steps.attempt) AS outcome
  FROM (SELECT * FROM corrections FINAL) AS steps
  LEFT JOIN (SELECT id, attempt, toString(outcome) AS outcome FROM correction_outcomes FINAL) AS outcomes ON outcomes.id = steps.id AND outcomes.attempt = steps.attempt
  GROUP BY steps.id
) AS done ON done.id = messages.id
