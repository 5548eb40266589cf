-- What waits over its objective at each hand-off, what open cases of its orders are worth, and how old the oldest is that
-- no case speaks of: the others have an owner and a deadline of their own.
SELECT plant, flow, handoff, to_stage, any(objective_ms) AS objective, toUInt32(count()) AS stuck,
  toFloat64(maxIf(age_ms, cases.number = 0)) AS oldest_ms, sum(cases.amount) AS amount
FROM (
  SELECT plant, flow, handoff, to_stage, key, objective_ms, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) - left_ms AS age_ms
  FROM handoff_passages
  WHERE is_waiting AND age_ms > objective_ms
) AS waiting
LEFT ANY JOIN (
  SELECT plant, order_no, max(exceptions.number) AS number, sum(exceptions.counted) AS amount
  FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no
) AS cases ON cases.plant = waiting.plant AND cases.order_no = waiting.key
GROUP BY plant, flow, handoff, to_stage
