/*
title: Billed before it was shipped
description: There is an invoice over more than the warehouse has shipped, and none of it is there twice.
explains: [overbilled]
advice: Look for the delivery that is still open; credit the invoice when there will be none.
*/
SELECT cases.number AS number, 0.5 AS score, billed.proof AS evidence, '' AS shared
FROM (SELECT * FROM cause_cases WHERE sought = {sought:String}) AS cases
INNER JOIN (
  SELECT number, groupArray(4)((concat(system_name, ' billed ', toString(quantity), ' ', unit, ' with ', document), toString(entity), document, occurred_at, trace_id)) AS proof
  FROM cause_documents WHERE sought = {sought:String} AND entity = 'invoice_lines' AND status = 'invoice'
  GROUP BY number
) AS billed ON billed.number = cases.number
WHERE class = 'overbilled'
