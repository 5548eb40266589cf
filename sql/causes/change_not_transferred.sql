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
  SELECT plant, concat(order_no, '/', line_no) AS line, system IN {left_systems:Array(String)} AS is_left, system, quantity, status, occurred_at, trace_id, version
  FROM order_lines_log
  WHERE plant IN {plants:Array(String)} AND line IN (SELECT key FROM cases) AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)})
)
SELECT cases.number AS number, if(class = 'status', 0.6, 0.9) AS score,
  arraySlice(groupArray((concat(transform(toString(log.system), {systems:Array(String)}, {names:Array(String)}, toString(log.system)), ' said ', if(class = 'status', log.status, toString(log.quantity)), ' for ', key, ' before it changed; ', if(log.is_left, right_name, left_name), ' says so still'), 'order_lines', key, log.occurred_at, log.trace_id)), 1, 3) AS evidence,
  '' AS shared
FROM cases
INNER JOIN log ON log.plant = cases.plant AND log.line = cases.key
WHERE (class = 'ordered_quantity' AND ((log.is_left AND log.quantity = of_right) OR (NOT log.is_left AND log.quantity = of_left)))
  OR (class = 'status' AND log.status != 'cancelled' AND (log.is_left = (left_value = 'cancelled')))
GROUP BY cases.number, class
