/*
title: Cancelled while the warehouse works on it
description: One side has cancelled the line; the warehouse has begun to pick it or has shipped it.
explains: [status, cancelled_but_picked]
advice: Ask the customer whether to accept the goods; reinstate the order, or stop the delivery and cancel it on both sides.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
done AS (
  SELECT cases.number AS number, groupArray(4)((concat(transform(toString(events.system), {systems:Array(String)}, {names:Array(String)}, toString(events.system)), ': ', replaceAll(replaceRegexpOne(events.type, '\\.v[0-9]+$', ''), '.', ' '), ' for ', cases.order_no), '', events.key, events.occurred_at, events.trace_id)) AS proof
  FROM (
    SELECT plant, key, system, type, occurred_at, trace_id FROM business_events FINAL
    WHERE plant IN {plants:Array(String)} AND key IN (SELECT order_no FROM cases WHERE order_no != '')
    ORDER BY occurred_at
  ) AS events
  INNER JOIN cases ON cases.plant = events.plant AND cases.order_no = events.key
  WHERE NOT has(arrayConcat(cases.left_systems, cases.right_systems), toString(events.system))
  GROUP BY cases.number
),
shipped AS (
  SELECT number, groupArray(2)((concat(system_name, ' shipped ', toString(quantity), ' ', unit, ' with ', document), toString(entity), document, occurred_at, trace_id)) AS proof
  FROM cause_documents WHERE sought = {sought:String} AND entity = 'shipment_lines' AND status = 'outbound'
  GROUP BY number
)
SELECT cases.number AS number, if(shipped.number = cases.number, 0.95, 0.85) AS score,
  arrayConcat([(if(class = 'status',
    concat(if(left_value = 'cancelled', left_name, right_name), ' has cancelled the line, ', if(left_value = 'cancelled', right_name, left_name), ' says ', if(left_value = 'cancelled', right_value, left_value)),
    concat(left_value, ' ', unit, ', yet ', right_name, ' says ', right_value)), 'order_lines', key, since, '')], shipped.proof, done.proof) AS evidence,
  '' AS shared
FROM cases
LEFT JOIN done ON done.number = cases.number
LEFT JOIN shipped ON shipped.number = cases.number
WHERE class IN ('status', 'cancelled_but_picked') AND (done.number = cases.number OR shipped.number = cases.number)
