-- The keys that wait at a hand-off of a flow ('' is any) in a plant ('' is any), whatever their objective, and what open cases of their orders are worth.
SELECT toUInt32(count()) AS orders, sum(cases.amount) AS amount
FROM (
  SELECT DISTINCT plant, key
  FROM handoff_passages
  WHERE is_waiting AND flow = {flow:String} AND ({handoff:String} = '' OR handoff = {handoff:String}) AND ({plant:String} = '' OR plant = {plant:String})
) AS waiting
LEFT ANY JOIN (
  SELECT plant, order_no, sum(exceptions.counted) AS amount
  FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no
) AS cases ON cases.plant = waiting.plant AND cases.order_no = waiting.key
