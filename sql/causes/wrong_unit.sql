/*
title: Wrong unit of measure
description: The sides differ by exactly a conversion of the estate, such as a box taken for a piece.
explains: [quantity, ordered_quantity, price, short, over, not_billed, overbilled, movement_quantity, invoiced_not_received, goods_issue_quantity, transfer_short, transfer_over, purchase_price, overinvoiced, billed_price, list_price]
advice: Correct the unit in the document that the other side misread, and the conversion in the item's record.
*/
WITH
cases AS (
  -- a value may say what it is for: 1020 for 100
  SELECT *, toDecimal128OrZero(splitByChar(' ', left_value)[1], 6) AS of_left, toDecimal128OrZero(splitByChar(' ', right_value)[1], 6) AS of_right
  FROM cause_cases WHERE sought = {sought:String}
),
factors AS (SELECT toDecimal128(arrayJoin({factors:Array(String)}), 6) AS factor),
misread_refs AS (
  SELECT number, abs(sum(moved)) AS explained,
    groupArray(5)((
      concat(ref, ': ', left_name, ' moved ', toString(left_quantity), ' (', left_documents[1], '), ', right_name, ' ', toString(right_quantity), ' (', right_documents[1], '); ', toString(factor), ' to 1'),
      'stock_movements', right_documents[1], greatest(left_at, right_at), trace_id)) AS proof
  FROM (SELECT * FROM cause_refs WHERE sought = {sought:String} AND part = 'counted' AND left_rows > 0 AND right_rows > 0) AS refs
  CROSS JOIN factors
  WHERE moved != 0 AND left_quantity != 0 AND right_quantity != 0
    AND (toFloat64(left_quantity) = toFloat64(right_quantity) * toFloat64(factor) OR toFloat64(right_quantity) = toFloat64(left_quantity) * toFloat64(factor))
  GROUP BY number
),
settled AS (SELECT DISTINCT number FROM cause_refs WHERE sought = {sought:String} AND part = 'counted'),
-- the documents behind a ratio of the whole values
named AS (
  SELECT number, arraySlice(groupArray((concat(system_name, ' ', document, ': ', toString(quantity), ' ', unit), toString(entity), document, occurred_at, trace_id)), 1, 4) AS proof
  FROM cause_documents WHERE sought = {sought:String} AND part = 'counted' AND entity != 'stock_movements'
  GROUP BY number
)
SELECT cases.number AS number, greatest(0, 1 - toFloat64(abs(abs(assumeNotNull(difference)) - explained)) / toFloat64(abs(assumeNotNull(difference)))) * 0.95 AS score,
  misread_refs.proof AS evidence, '' AS shared
FROM cases
INNER JOIN misread_refs ON misread_refs.number = cases.number
WHERE ifNull(difference, 0) != 0
UNION ALL
SELECT cases.number AS number, multiIf(class IN ('ordered_quantity', 'price'), 0.95, class = 'quantity', 0.7, 0.85) AS score,
  arrayPushFront(named.proof, (concat(toString(of_left), ' against ', toString(of_right), ': ', toString(factor), ' to 1, a conversion of the estate'), '', '', since, '')) AS evidence, '' AS shared
FROM cases
CROSS JOIN factors
LEFT JOIN named ON named.number = cases.number
WHERE of_left != 0 AND of_right != 0
  AND (of_left = of_right * factor OR of_right = of_left * factor)
  -- stock that has movements is judged by them
  AND (class NOT IN ('quantity', 'movement_quantity') OR cases.number NOT IN (SELECT number FROM settled))
