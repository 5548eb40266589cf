/*
title: Shipped and not billed
description: The goods issue is posted on both sides, and billing has not run for it.
explains: [not_billed, shipped_but_open]
advice: Look for a billing block on the delivery, release it, and bill it.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
shipped AS (
  SELECT number, groupArray(4)((concat(system_name, ' shipped ', toString(quantity), ' ', unit, ' with ', document), toString(entity), document, occurred_at, trace_id)) AS proof
  FROM cause_documents WHERE sought = {sought:String} AND part = 'counted' AND entity = 'shipment_lines' AND status = 'outbound'
  GROUP BY number
),
posted AS (
  -- the warehouse is one of the sides, whichever the check calls it
  SELECT number, countIf(left_rows > 0 AND right_rows > 0) AS both, countIf(left_rows = 0 OR right_rows = 0) AS one,
    groupArrayIf(3)((concat(left_name, ' and ', right_name, ' posted its goods issue ', ref, ' with ', left_documents[1], ' and ', right_documents[1], ', and no invoice after it'), 'stock_movements', right_documents[1], greatest(left_at, right_at), trace_id), left_rows > 0 AND right_rows > 0) AS proof
  FROM cause_refs WHERE sought = {sought:String} AND part = 'beside'
  GROUP BY number
),
billed AS (SELECT number, sum(quantity) AS quantity FROM cause_documents WHERE sought = {sought:String} AND entity = 'invoice_lines' GROUP BY number)
SELECT cases.number AS number,
  -- without its movements nobody knows whether the goods issue was posted
  multiIf(posted.number != cases.number, 0.6, one = 0, 0.85, both > 0, 0.4, 0) AS score,
  arrayConcat(shipped.proof, posted.proof, [(concat(if(class = 'not_billed', cases.right_name, cases.left_name), ' has billed ', toString(billed.quantity), ' of it'), 'invoice_lines', cases.key, since, '')]) AS evidence,
  '' AS shared
FROM cases
INNER JOIN shipped ON shipped.number = cases.number
LEFT JOIN posted ON posted.number = cases.number
LEFT JOIN billed ON billed.number = cases.number
WHERE class IN ('not_billed', 'shipped_but_open')
