-- Keys that wait over their objective, oldest first, with the open case of the same order where there is one.
SELECT plant, key, handoff, to_stage, fromUnixTimestamp64Milli(toInt64(left_ms), 'UTC') AS since, toFloat64(age_ms) / 1000 AS age_s, trace_id, toUInt32(cases.number) AS exception
FROM (
  SELECT *, greatest(toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) - left_ms, 0) AS age_ms
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND is_waiting
) AS waiting
LEFT ANY JOIN (SELECT plant, order_no, max(number) AS number FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no) AS cases
  ON cases.plant = waiting.plant AND cases.order_no = waiting.key
WHERE age_ms > objective_ms
ORDER BY age_ms DESC
LIMIT {limit:UInt32}
