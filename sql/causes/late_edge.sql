/*
title: Source late
description: The side that lacks the document gets its messages late; those of that time have only begun to come.
explains: [quantity, missing_in_erp, missing_in_crm, not_billed, short, movement_not_in_erp, movement_not_in_wms, goods_issue_missing, shipment_missing]
advice: Wait until the source has caught up; look at the gateway that holds its messages back.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
lacking AS (
  SELECT number, if(left_rows = 0, 'left', 'right') AS side FROM cause_refs WHERE sought = {sought:String} AND part = 'counted' AND settled AND (left_rows = 0) != (right_rows = 0)
  UNION DISTINCT
  SELECT number, if(class = 'missing_in_crm', 'left', 'right') FROM cases WHERE class IN ('missing_in_erp', 'missing_in_crm', 'not_billed', 'short')
),
-- what a source delivers late; which system it speaks for is in the documents of the plant
arrivals AS (
  SELECT arrivals.plant AS plant, system, arrivals.source AS source, received_at, late, late_to
  FROM (SELECT * FROM source_arrivals FINAL WHERE plant IN {plants:Array(String)} AND late > 0) AS arrivals
  INNER JOIN (SELECT DISTINCT source, system FROM watermarks WHERE plant IN {plants:Array(String)}) AS sources ON sources.source = arrivals.source
  INNER JOIN (SELECT source, plant, min(first_at) AS heard_at FROM sources_heard GROUP BY source, plant) AS heard ON heard.source = arrivals.source AND heard.plant = arrivals.plant
  -- what happened before a source was first heard was brought in as history
  WHERE late_to > heard_at
)
SELECT cases.number AS number, 0.8 AS score,
  [(concat(max(transform(toString(system), {systems:Array(String)}, {names:Array(String)}, toString(system))), ' delivered ', toString(sum(late)), ' late messages since'), 'sources', max(source), max(received_at), ''),
   ('the newest of them happened at', 'sources', max(source), max(late_to), '')] AS evidence,
  concat('late source ', max(source), ' (', max(cases.plant), ')') AS shared
FROM cases
INNER JOIN lacking ON lacking.number = cases.number
INNER JOIN arrivals ON arrivals.plant = cases.plant
WHERE (lacking.side = 'left' AND has(cases.left_systems, toString(arrivals.system)) OR lacking.side = 'right' AND has(cases.right_systems, toString(arrivals.system)))
  AND arrivals.received_at > since AND arrivals.late_to BETWEEN since - INTERVAL 6 HOUR AND since
GROUP BY cases.number
