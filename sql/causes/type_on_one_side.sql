/*
title: Stock type changed on one side only
description: One side has taken goods into inspection, blocked or released them, and the other has not posted it.
explains: [shown_usable, type_differs]
advice: Look where the message of the change is, and post it on the side that lacks it before the goods are used or promised.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String} AND class IN ('shown_usable', 'type_differs')),
-- documents that move nothing but the type
changes AS (
  SELECT plant, item, ref, system, min(occurred_at) AS changed_at, max(trace_id) AS trace, max(abs(quantity)) AS changed,
    argMin(toString(stock_type), quantity) AS before, argMax(toString(stock_type), quantity) AS after
  FROM stock_movements FINAL
  WHERE plant IN {plants:Array(String)} AND item IN (SELECT item FROM cases) AND NOT deleted
  GROUP BY plant, item, ref, system
  HAVING sum(quantity) = 0 AND uniqExact(location, batch) = 1 AND uniqExact(stock_type) > 1
),
lacking AS (
  SELECT plant, item, ref, any(system) AS known_to, any(changed) AS quantity, any(before) AS was, any(after) AS became, min(changed_at) AS known_since, any(trace) AS trace_id
  FROM changes GROUP BY plant, item, ref HAVING uniqExact(system) = 1
)
SELECT number, if(sum(lacking.quantity) = abs(any(assumeNotNull(cases.difference))), 0.92, 0.7) AS score,
  groupArray(4)((concat(transform(toString(known_to), {systems:Array(String)}, {names:Array(String)}, toString(known_to)), ' changed ', toString(lacking.quantity), ' ', cases.unit, ' from ', was, ' to ', became, ' with ', ref, '; ',
    if(has(cases.left_systems, toString(known_to)), cases.right_name, cases.left_name), ' has not'), 'stock_movements', ref, known_since, lacking.trace_id)) AS evidence,
  '' AS shared
FROM cases
INNER JOIN lacking ON lacking.plant = cases.plant AND lacking.item = cases.item
WHERE has(cases.left_systems, toString(known_to)) OR has(cases.right_systems, toString(known_to))
GROUP BY number
