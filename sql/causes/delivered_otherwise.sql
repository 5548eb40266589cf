/*
title: Supplier delivered another quantity
description: The receipt was booked as it came, and it is not what was ordered.
explains: [short, over]
advice: Ask the supplier for the rest or send the surplus back; close the line when that is all there will be.
*/
SELECT cases.number AS number, if(received.number = cases.number, 0.4, 0.35) AS score,
  arrayPushFront(received.proof, (concat(left_value, ' ', unit, ' ordered, ', right_value, ' received'), 'order_lines', key, since, '')) AS evidence,
  '' AS shared
FROM (SELECT * FROM cause_cases WHERE sought = {sought:String}) AS cases
LEFT JOIN (
  SELECT number, groupArray(4)((concat(system_name, ' received ', toString(quantity), ' ', unit, ' with ', document), toString(entity), document, occurred_at, trace_id)) AS proof
  FROM cause_documents WHERE sought = {sought:String} AND part = 'counted' AND entity = 'shipment_lines'
  GROUP BY number
) AS received ON received.number = cases.number
WHERE class IN ('short', 'over')
