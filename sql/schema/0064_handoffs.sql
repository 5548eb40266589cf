-- The hand-offs and entries as the estate has them now.
CREATE VIEW IF NOT EXISTS handoffs /*on cluster*/ AS
SELECT flow, position, handoff, from_stage, to_stage, later_stages, objective_ms
FROM estate_handoffs
WHERE loaded_at = (SELECT max(loaded_at) FROM estate_handoffs)
