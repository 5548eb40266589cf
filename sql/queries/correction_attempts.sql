-- What people did to a message, first to last, and what became of it.
SELECT steps.attempt AS attempt, steps.act AS act, steps.batch AS batch, steps.actor AS actor, steps.reason AS reason, steps.at AS at, steps.sent_id AS sent_id, steps.plant AS plant, steps.key AS key, steps.before_hash AS before_hash, steps.body AS body, steps.diff AS diff,
  outcomes.outcome AS outcome, outcomes.at AS outcome_at, outcomes.reasons AS reasons, outcomes.codes AS codes
FROM (SELECT * FROM corrections FINAL WHERE corrections.id = {id:String}) AS steps
LEFT JOIN (SELECT attempt, toString(outcome) AS outcome, at, reasons, codes FROM correction_outcomes FINAL WHERE correction_outcomes.id = {id:String}) AS outcomes ON outcomes.attempt = steps.attempt
ORDER BY attempt
