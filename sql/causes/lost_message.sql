/*
title: Message lost between the systems
description: One side has a document or a movement that the other never got, and that is the whole difference.
explains: [quantity, missing_in_erp, missing_in_crm, not_billed, overbilled, movement_not_in_erp, movement_not_in_wms, goods_issue_missing, shipment_missing, shipped_but_open]
advice: Look where the trace ends, mend the mapping or route that dropped the message, and send the document again.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
-- movements that one side lacks, also of the shipments behind a billing difference
lost_refs AS (
  SELECT number, abs(sum(moved)) AS explained,
    groupArray(5)((
      concat(if(left_rows = 0, left_name_of, right_name_of), ' has not posted ', ref, ': ', toString(abs(moved)), ' ', unit, ' in ', arrayStringConcat(arrayConcat(left_documents, right_documents), ', '), ' of ', if(left_rows = 0, right_name, left_name)),
      'stock_movements', arrayConcat(left_documents, right_documents)[1], if(left_rows = 0, right_at, left_at), trace_id)) AS proof
  FROM (
    SELECT refs.*, if(cases.class IN ('not_billed', 'overbilled') AND refs.part = 'beside', cases.right_name, cases.left_name) AS left_name_of, cases.right_name AS right_name_of
    FROM (SELECT * FROM cause_refs WHERE sought = {sought:String}) AS refs
    INNER JOIN cases ON cases.number = refs.number
  )
  WHERE settled AND (left_rows = 0) != (right_rows = 0) AND moved != 0
  GROUP BY number
),
-- lines that one side lacks altogether
lost_lines AS (
  SELECT number, groupArray(5)((concat('only ', system_name, ' has ', document, ': ', toString(quantity), ' ', unit), entity, document, occurred_at, trace_id)) AS proof
  FROM cause_documents
  WHERE sought = {sought:String} AND part = 'counted' AND side IN ('left', 'right')
  GROUP BY number
  HAVING uniq(side) = 1
),
stops AS (
  SELECT number, max(refused) AS is_refused, max(tries) AS most_tries, argMax(name, last_at) AS stop_name, argMax(service, last_at) AS stop_service, argMax(message, last_at) AS stop_message,
    argMax((concat('the message stopped in ', service, ' at "', name, '": ', message), '', '', last_at, trace_id), last_at) AS proof
  FROM cause_errors WHERE sought = {sought:String}
  GROUP BY number
),
found AS (
  SELECT cases.number AS number, cases.class AS class,
    multiIf(
      startsWith(class, 'missing_'), if(lost_lines.number = cases.number, 1, 0),
      lost_refs.number != cases.number OR ifNull(difference, 0) = 0, 0,
      greatest(0, 1 - toFloat64(abs(abs(assumeNotNull(difference)) - explained)) / toFloat64(abs(assumeNotNull(difference))))) AS fit,
    if(startsWith(class, 'missing_'), lost_lines.proof, lost_refs.proof) AS proof
  FROM cases
  LEFT JOIN lost_refs ON lost_refs.number = cases.number
  LEFT JOIN lost_lines ON lost_lines.number = cases.number
)
SELECT found.number AS number,
  -- one that is refused and tried again is stuck rather than lost
  fit * multiIf(stops.number != found.number, 0.65, is_refused AND most_tries > 1, 0.45, is_refused, 0.5, 0.9) AS score,
  if(stops.number = found.number, arrayPushBack(found.proof, stops.proof), found.proof) AS evidence,
  if(stops.number = found.number, concat(stop_service, ' ', stop_name, ': ', replaceRegexpAll(stop_message, '[A-Za-z-]*[0-9]{4,}', '…')), '') AS shared
FROM found
LEFT JOIN stops ON stops.number = found.number
WHERE fit > 0.3
