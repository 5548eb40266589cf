ALTER TABLE passages /*on cluster*/
  ADD PROJECTION IF NOT EXISTS by_hour (
    SELECT plant, flow, handoff, is_waiting, intDiv(arrived_ms, 3600000), latency_class, sum(sign)
    GROUP BY plant, flow, handoff, is_waiting, intDiv(arrived_ms, 3600000), latency_class
  ),
  ADD PROJECTION IF NOT EXISTS by_way (
    SELECT plant, flow, handoff, intDiv(arrived_ms, 3600000), stages, sum(sign)
    GROUP BY plant, flow, handoff, intDiv(arrived_ms, 3600000), stages
  ),
  ADD PROJECTION IF NOT EXISTS by_leaving (
    SELECT plant, flow, handoff, is_ended, intDiv(left_ms, 3600000), arrived_ms > 0, sum(sign)
    GROUP BY plant, flow, handoff, is_ended, intDiv(left_ms, 3600000), arrived_ms > 0
  ),
  ADD PROJECTION IF NOT EXISTS by_partner (
    SELECT plant, flow, handoff, is_ended, intDiv(left_ms, 86400000), partner, arrived_ms > 0, sum(sign)
    GROUP BY plant, flow, handoff, is_ended, intDiv(left_ms, 86400000), partner, arrived_ms > 0
  )
