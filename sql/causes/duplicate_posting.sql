/*
title: Posted twice
description: The same business reference and quantity stands on one side under two numbers, and one of them is the difference.
explains: [quantity, overbilled, over, not_billed, movement_duplicate, duplicate_invoice]
advice: Reverse the second document, and see why its message was delivered again without being recognised.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
doubled_refs AS (
  SELECT number, abs(sum(moved)) AS explained,
    groupArray(5)((
      concat(if(left_rows > right_rows, left_name, right_name), ' posted ', ref, ' ', toString(greatest(left_rows, right_rows)), ' times: ', arrayStringConcat(if(left_rows > right_rows, left_documents, right_documents), ' and '), ', ', toString(abs(if(left_rows > right_rows, right_quantity, left_quantity))), ' ', unit, ' each'),
      'stock_movements', if(left_rows > right_rows, left_documents, right_documents)[-1], greatest(left_at, right_at), trace_id)) AS proof
  FROM cause_refs
  WHERE sought = {sought:String} AND part = 'counted' AND left_rows != right_rows AND left_rows > 0 AND right_rows > 0
    AND moved != 0 AND left_quantity * right_rows = right_quantity * left_rows
  GROUP BY number
),
-- lines of one side that are the same in all but their number
doubled_lines AS (
  SELECT number, quantity AS each, count() AS times,
    (concat(any(system_name), ' has ', toString(times), ' lines over ', toString(each), ' ', any(unit), ': ', arrayStringConcat(arraySort(groupArray(document)), ' and ')), any(entity), max(document), max(occurred_at), max(trace_id)) AS proof
  FROM cause_documents
  WHERE sought = {sought:String} AND part = 'counted' AND entity IN ('invoice_lines', 'shipment_lines') AND status IN ('invoice', 'outbound', 'inbound')
  GROUP BY number, side, entity, quantity, price
  HAVING uniqExact(ref) > 1
)
SELECT number, greatest(0, 1 - toFloat64(abs(abs(assumeNotNull(difference)) - explained)) / toFloat64(abs(assumeNotNull(difference)))) * 0.95 AS score,
  doubled_refs.proof AS evidence, '' AS shared
FROM cases
INNER JOIN doubled_refs ON doubled_refs.number = cases.number
WHERE ifNull(difference, 0) != 0
UNION ALL
-- equal partial deliveries look like it, so goods count for less than invoices
SELECT number, if(class IN ('overbilled', 'duplicate_invoice'), 0.95, 0.5) AS score, [doubled_lines.proof] AS evidence, '' AS shared
FROM cases
INNER JOIN doubled_lines ON doubled_lines.number = cases.number
WHERE class = 'duplicate_invoice' OR class IN ('overbilled', 'over', 'not_billed') AND modulo(abs(assumeNotNull(difference)), abs(each)) = 0 AND abs(assumeNotNull(difference)) <= abs(each) * (times - 1)
