-- One key at one hand-off: when it left the stage before, and when it arrived (0: not yet).
-- A key that reached a later stage, or was called off, waits for nothing.
-- To list or count a few; where many are counted or their latencies ranked, the signs of `passages` are summed instead.
CREATE VIEW IF NOT EXISTS handoff_passages /*on cluster*/ AS
SELECT kept.plant AS plant, kept.flow AS flow, key, partner, trace_id, position, kept.handoff AS handoff, from_stage, to_stage, objective_ms,
  left_ms, arrived_ms, arrived_ms > 0 AS is_done, is_waiting, is_ended,
  greatest(toInt64(arrived_ms) - toInt64(left_ms), 0) AS latency_ms
FROM (
  SELECT plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, is_ended, partner, trace_id
  FROM passages
  WHERE handoff != ''
  GROUP BY ALL
  HAVING sum(sign) > 0
) AS kept
INNER JOIN handoffs ON handoffs.flow = kept.flow AND handoffs.handoff = kept.handoff
