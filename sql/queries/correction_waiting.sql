-- Messages sent again of which is not known yet what became of them, and whether the store has them now: let in, or
-- refused again and why.
SELECT waiting.id AS id, waiting.attempt AS attempt, waiting.at AS at, waiting.sent_id AS sent_id, waiting.body AS body,
  stored.event_id = waiting.sent_id AS is_stored, refused.message_id = waiting.sent_id AS is_refused, refused.reasons AS reasons, refused.codes AS codes
FROM (
  SELECT * FROM corrections FINAL
  WHERE corrections.sent_id != '' AND (corrections.id, corrections.attempt) NOT IN (SELECT correction_outcomes.id, correction_outcomes.attempt FROM correction_outcomes)
) AS waiting
LEFT ANY JOIN (
  SELECT source, event_id FROM business_events
  WHERE (plant, key) IN (SELECT corrections.plant, corrections.key FROM corrections WHERE (corrections.id, corrections.attempt) NOT IN (SELECT correction_outcomes.id, correction_outcomes.attempt FROM correction_outcomes))
) AS stored ON stored.source = waiting.source AND stored.event_id = waiting.sent_id
LEFT ANY JOIN (
  SELECT source, message_id, reasons, codes FROM quarantine
  WHERE (source, message_id) IN (SELECT corrections.source, corrections.sent_id FROM corrections WHERE (corrections.id, corrections.attempt) NOT IN (SELECT correction_outcomes.id, correction_outcomes.attempt FROM correction_outcomes))
) AS refused ON refused.source = waiting.source AND refused.message_id = waiting.sent_id
ORDER BY at
LIMIT 1000
