/*
title: Posted with the wrong sign
description: One side took away what the other added, so that they differ by twice the quantity.
explains: [quantity, not_billed, overbilled, movement_sign]
advice: Post twice the quantity the other way, and check the movement type the interface maps this document to.
*/
WITH
cases AS (
  SELECT *, toDecimal128OrZero(left_value, 6) AS of_left, toDecimal128OrZero(right_value, 6) AS of_right
  FROM cause_cases WHERE sought = {sought:String}
),
turned AS (
  SELECT number, abs(sum(moved)) AS explained,
    groupArray(5)((
      concat(ref, ': ', left_name, ' posted ', toString(left_quantity), ' ', unit, ' (', arrayStringConcat(left_documents, ', '), '), ', right_name, ' ', toString(right_quantity), ' (', arrayStringConcat(right_documents, ', '), ')'),
      'stock_movements', right_documents[1], greatest(left_at, right_at), trace_id)) AS proof
  FROM cause_refs
  WHERE sought = {sought:String} AND part = 'counted' AND left_quantity = -right_quantity AND left_quantity != 0
  GROUP BY number
),
credits AS (
  SELECT number, quantity AS each, (concat(system_name, ' ', document, ' counts ', toString(quantity), ' as ', status, '; the difference is twice that'), toString(entity), document, occurred_at, trace_id) AS proof
  FROM cause_documents
  WHERE sought = {sought:String} AND part = 'counted' AND entity IN ('invoice_lines', 'shipment_lines') AND quantity != 0
)
SELECT cases.number AS number, greatest(0, 1 - toFloat64(abs(abs(assumeNotNull(difference)) - explained)) / toFloat64(abs(assumeNotNull(difference)))) * 0.95 AS score,
  turned.proof AS evidence, '' AS shared
FROM cases
INNER JOIN turned ON turned.number = cases.number
WHERE ifNull(difference, 0) != 0
UNION ALL
SELECT number, 0.9 AS score, [(concat(left_name, ' says ', left_value, ', ', right_name, ' ', right_value), '', '', since, '')] AS evidence, '' AS shared
FROM cases
WHERE of_left != 0 AND of_left = -of_right
UNION ALL
-- a credit where an invoice was meant, or a return where goods went out
SELECT cases.number AS number, 0.6 AS score, groupArray(3)(credits.proof) AS evidence, '' AS shared
FROM cases
INNER JOIN credits ON credits.number = cases.number
WHERE class IN ('not_billed', 'overbilled') AND abs(assumeNotNull(difference)) = 2 * abs(each)
  AND (credits.each < 0 OR credits.each * sign(assumeNotNull(difference)) > 0)
GROUP BY cases.number
