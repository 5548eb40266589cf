/*
title: Posted under another reference
description: The side that lacks the movement has one of the same item, batch and quantity, not long before or after, under a reference that the other side does not know.
explains: [movement_not_in_erp, movement_not_in_wms]
advice: Compare the two documents; are they the same goods, correct the reference of one rather than posting it again.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String} AND class IN ('movement_not_in_erp', 'movement_not_in_wms')),
moved AS (
  SELECT plant, item, ref, toString(system) AS system, location, batch, owner, any(unit) AS unit,
    sum(quantity) AS quantity, min(occurred_at) AS at, min(movement_no) AS document, max(trace_id) AS trace
  FROM stock_movements FINAL
  WHERE plant IN {plants:Array(String)} AND item IN (SELECT item FROM cases) AND NOT deleted
  GROUP BY plant, item, ref, system, location, batch, owner
  HAVING quantity != 0
),
-- what only one system knows of
lonely AS (SELECT * FROM moved WHERE (plant, item, ref) IN (SELECT plant, item, ref FROM moved GROUP BY plant, item, ref HAVING uniqExact(system) = 1)),
own AS (
  SELECT cases.number AS number, if(cases.class = 'movement_not_in_erp', right_systems, left_systems) AS lacking, lonely.plant AS plant, lonely.item AS item, lonely.ref AS ref, lonely.system AS system, lonely.location AS location, lonely.batch AS batch, lonely.owner AS owner, lonely.quantity AS quantity, lonely.at AS at
  FROM cases
  INNER JOIN lonely ON lonely.plant = cases.plant AND lonely.item = cases.item
  WHERE concat(lonely.ref, '/', lonely.item) = cases.key
)
-- locations may have another name on the other side: a match of names says more, and is not needed
SELECT number, if(count() = 1, if(max(other.location = own.location), 0.85, 0.7), 0.5) AS score,
  arrayMap(near -> near.2, arraySort(near -> near.1, groupArray(8)((abs(dateDiff('second', own.at, other.at)), (
    concat(transform(other.system, {systems:Array(String)}, {names:Array(String)}, other.system), ' has ', toString(other.quantity), ' ', toString(other.unit), ' of ', other.item, ' at ', other.location, ' under ', other.ref, ' (', other.document, '), which ',
      transform(own.system, {systems:Array(String)}, {names:Array(String)}, own.system), ' does not know'),
    'stock_movements', other.ref, other.at, other.trace))))) AS evidence,
  '' AS shared
FROM own
INNER JOIN lonely AS other ON other.plant = own.plant AND other.item = own.item
WHERE other.ref != own.ref AND other.quantity = own.quantity AND other.batch = own.batch AND other.owner = own.owner
  AND has(own.lacking, other.system) AND abs(dateDiff('second', own.at, other.at)) <= 86400
GROUP BY number
