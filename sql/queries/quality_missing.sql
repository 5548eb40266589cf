-- Keys that did not arrive though their objective has passed at `at`, those that left last first: what completeness does
-- not count, with the open case of the same order where there is one.
SELECT missing.plant AS plant, flow, stage, handoff, key, missing.partner AS partner, fromUnixTimestamp64Milli(toInt64(left_ms), 'UTC') AS left_at, objective_ms, trace_id,
  is_waiting, toUInt32(cases.number) AS exception, toUInt32(count() OVER ()) AS total
FROM (
  SELECT plant, flow, to_stage AS stage, handoff, key, partner, left_ms, objective_ms, trace_id, is_waiting
  FROM handoff_passages
  WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND {stage:String} IN ('', to_stage)
    AND left_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND left_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    AND left_ms + objective_ms <= toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AND NOT is_done AND NOT is_ended
) AS missing
LEFT ANY JOIN (SELECT plant, order_no, max(number) AS number FROM exceptions WHERE state = 'open' AND order_no != '' GROUP BY plant, order_no) AS cases
  ON cases.plant = missing.plant AND cases.order_no = missing.key
WHERE {partner:String} IN ('', if(missing.partner = '', '-', missing.partner))
ORDER BY left_at DESC, plant, key, stage
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
