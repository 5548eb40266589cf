/*
title: Message refused for an unknown code
description: A message about this key is in quarantine, of the side that lacks it.
explains: all
advice: Mend the mapping or create the record it names, then send the message again.
*/
WITH
cases AS (
  SELECT *, if(order_no != '', order_no, item) AS word FROM cause_cases
  WHERE sought = {sought:String} AND (order_no != '' OR item != '')
),
-- only the side that lacks something could have been refused it
lacking AS (
  SELECT number, if(left_rows = 0, 'left', 'right') AS side FROM cause_refs WHERE sought = {sought:String} AND (left_rows = 0) != (right_rows = 0)
  UNION DISTINCT
  SELECT number, multiIf(class IN ('missing_in_erp', 'not_billed', 'short'), 'right', class = 'missing_in_crm', 'left', class = 'overbilled', 'left', 'both') FROM cases
),
refused AS (
  SELECT plant, system, message_id, received_at, reasons, codes, body FROM quarantine FINAL
  WHERE plant IN {plants:Array(String)} AND received_at > (SELECT min(since) - INTERVAL 1 DAY FROM cases)
  ORDER BY received_at DESC LIMIT 5000
)
SELECT cases.number AS number,
  if(max(lacking.side) = 'both', 0.5, 0.92) * if(max(hasAny(codes, ['reference', 'value', 'unknown'])) OR max(match(reasons[1], 'not|unknown|expected')), 1, 0.9) AS score,
  groupArray(4)((concat('message ', message_id, ' of ', transform(toString(refused.system), {systems:Array(String)}, {names:Array(String)}, toString(refused.system)), ' is in quarantine: ', arrayStringConcat(reasons, '; ')), 'quarantine', message_id, received_at, '')) AS evidence,
  concat('quarantine: ', argMax(codes[1], received_at), ' (', max(cases.plant), ')') AS shared
FROM cases
INNER JOIN lacking ON lacking.number = cases.number
INNER JOIN refused ON refused.plant = cases.plant
WHERE position(body, word) > 0
  AND (lacking.side = 'both' OR (lacking.side = 'left' AND has(cases.left_systems, toString(refused.system))) OR (lacking.side = 'right' AND has(cases.right_systems, toString(refused.system))))
  AND (order_no != '' OR received_at BETWEEN since - INTERVAL 1 HOUR AND clock)
GROUP BY cases.number
