-- One key at one hand-off: when it left the stage before, and when it arrived (0: not yet).
-- A key that reached a later stage, or was called off, waits for nothing.
CREATE VIEW IF NOT EXISTS handoff_passages /*on cluster*/ AS
SELECT keys.plant AS plant, keys.flow AS flow, keys.key AS key, keys.trace_id AS trace_id, position, handoff, from_stage, to_stage, objective_ms,
  keys.at[from_stage] AS left_ms, keys.at[to_stage] AS arrived_ms,
  arrived_ms > 0 AS is_done,
  arrived_ms = 0 AND keys.at['ended'] = 0 AND NOT arrayExists(stage -> keys.at[stage] > 0, later_stages) AS is_waiting,
  greatest(toInt64(arrived_ms) - toInt64(left_ms), 0) AS latency_ms
FROM flow_keys AS keys
INNER JOIN (SELECT * FROM estate_handoffs WHERE loaded_at = (SELECT max(loaded_at) FROM estate_handoffs)) AS handoffs ON handoffs.flow = keys.flow
WHERE left_ms > 0
