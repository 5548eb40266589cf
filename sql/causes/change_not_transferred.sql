/*
title: Change not carried over
description: One side still says what the other said before it was changed.
explains: [ordered_quantity, status]
advice: Send the change again; where it may not be made any more, take it back on the side that made it.
*/
WITH
cases AS (
  SELECT *, toDecimal128OrZero(left_value, 6) AS of_left, toDecimal128OrZero(right_value, 6) AS of_right
  FROM cause_cases WHERE sought = {sought:String}
),
log AS (
  SELECT plant, concat(order_no, '/', line_no) AS line, system, quantity, status, occurred_at, trace_id, version
  FROM order_lines_log
  WHERE plant IN {plants:Array(String)} AND line IN (SELECT key FROM cases)
)
SELECT number, if(class = 'status', 0.6, 0.9) AS score,
  arraySlice(groupArray((concat(transform(toString(system), {systems:Array(String)}, {names:Array(String)}, toString(system)), ' said ', if(class = 'status', status, toString(quantity)), ' for ', key, ' before it changed; ', if(is_left, right_name, left_name), ' says so still'), 'order_lines', key, occurred_at, trace_id)), 1, 3) AS evidence,
  '' AS shared
FROM (
  SELECT number, class, key, left_name, right_name, left_value, of_left, of_right, log.system AS system, log.quantity AS quantity, log.status AS status, log.occurred_at AS occurred_at, log.trace_id AS trace_id,
    has(cases.left_systems, toString(log.system)) AS is_left
  FROM cases
  INNER JOIN log ON log.plant = cases.plant AND log.line = cases.key
  WHERE is_left OR has(cases.right_systems, toString(log.system))
)
WHERE (class = 'ordered_quantity' AND ((is_left AND quantity = of_right) OR (NOT is_left AND quantity = of_left)))
  OR (class = 'status' AND status != 'cancelled' AND (is_left = (left_value = 'cancelled')))
GROUP BY number, class
