/*
title: Price out of date on one side
description: One side prices the line with what is not the item's price any more.
explains: [price, billed_price]
advice: Bring the price list of that side up to date, correct the line, and look for other lines priced since.
*/
WITH
-- what a case of billing compares are sums: the prices of one base unit it was sold and billed at stand in its documents
documented AS (
  SELECT number, anyIf(price, entity = 'order_lines' AND side = 'left') AS sold_at, anyIf(price, entity = 'order_lines' AND side = 'right') AS taken_at, argMaxIf(price, occurred_at, entity = 'invoice_lines' AND status = 'invoice') AS billed_at
  FROM cause_documents WHERE sought = {sought:String} AND part = 'counted' AND entity IN ('order_lines', 'invoice_lines')
  GROUP BY number
),
cases AS (
  SELECT found.* EXCEPT (key), if(class = 'price', key, substring(key, length('billed/') + 1)) AS key,
    sold_at AS of_left, if(class = 'price', taken_at, billed_at) AS of_right
  FROM (SELECT * FROM cause_cases WHERE sought = {sought:String}) AS found
  LEFT JOIN documented ON documented.number = found.number
  WHERE class IN ('price', 'billed_price')
),
-- older versions of this very line
earlier AS (
  SELECT cases.number AS number, max(log.occurred_at) AS stood_at, any(log.system) AS stood_in, any(log.unit_price) AS stood_price, any(log.trace_id) AS stood_trace
  FROM (SELECT plant, concat(order_no, '/', line_no) AS line, system, CAST(order_lines_log.unit_price / price_factor AS Decimal(38, 6)) AS unit_price, occurred_at, trace_id FROM order_lines_log WHERE plant IN {plants:Array(String)} AND order_type = 'sales' AND line IN (SELECT key FROM cases)) AS log
  INNER JOIN cases ON cases.plant = log.plant AND cases.key = log.line
  -- said by the other side than the one that says it now
  WHERE (log.unit_price = of_right AND has(cases.left_systems, toString(log.system))) OR (log.unit_price = of_left AND has(cases.right_systems, toString(log.system)))
  GROUP BY cases.number
),
-- what other lines of the item were priced at
others AS (
  SELECT cases.number AS number,
    uniqIf(line, unit_price = of_left) AS at_left, uniqIf(line, unit_price = of_right) AS at_right,
    minIf(occurred_at, unit_price IN (of_left, of_right)) AS first_at
  FROM (SELECT plant, item, concat(order_no, '/', line_no) AS line, CAST(order_lines.unit_price / price_factor AS Decimal(38, 6)) AS unit_price, occurred_at FROM order_lines FINAL WHERE plant IN {plants:Array(String)} AND order_type = 'sales' AND item IN (SELECT item FROM cases) AND NOT deleted) AS lines
  INNER JOIN cases ON cases.plant = lines.plant AND cases.item = lines.item
  WHERE line != cases.key
  GROUP BY cases.number
)
SELECT cases.number AS number,
  multiIf(earlier.number = cases.number, 0.95, at_left > 0 AND at_right > 0, 0.75, at_left + at_right > 0, 0.65, 0.4) AS score,
  arrayFilter(each -> each.1 != '', [
    if(earlier.number = cases.number, (concat(toString(stood_price), ' was the price in ', transform(toString(stood_in), {systems:Array(String)}, {names:Array(String)}, toString(stood_in)), ' before it changed'), 'order_lines', cases.key, stood_at, stood_trace), ('', '', '', since, '')),
    (concat(left_name, ' says ', toString(of_left), ': so do ', toString(at_left), ' other lines of ', item), 'order_lines', cases.key, since, ''),
    (concat(right_name, ' says ', toString(of_right), ': so do ', toString(at_right), ' other lines of ', item), 'order_lines', cases.key, since, '')]) AS evidence,
  if(at_left != at_right, concat('price list of ', if(at_left > at_right, right_name, left_name), ' (', plant, ')'), '') AS shared
FROM cases
LEFT JOIN earlier ON earlier.number = cases.number
LEFT JOIN others ON others.number = cases.number
