/*
title: Not booked in where it was sent
description: Goods left one plant for another, which has booked in less of them or nothing, long after they should have come.
explains: [transfer_short]
advice: Ask the carrier for the proof of delivery; book the goods in where they stand, or report them lost.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String} AND class = 'transfer_short'),
-- the issue stands in the books of the plant that sent it
issued AS (
  SELECT concat(order_no, '/', order_line_no) AS line, to_plant, system, plant AS from_plant, concat(shipment_no, '/', line_no) AS document, quantity, unit, occurred_at, trace_id
  FROM shipment_lines FINAL
  WHERE direction = 'transfer_out' AND line IN (SELECT key FROM cases) AND NOT deleted
),
booked AS (
  SELECT number, sum(quantity) AS quantity FROM cause_documents
  WHERE sought = {sought:String} AND entity = 'shipment_lines' AND status IN ('transfer_in', 'transfer_loss') GROUP BY number
)
SELECT cases.number AS number, if(any(booked.number) = cases.number, 0.6, 0.75) AS score,
  groupArray(4)((concat(transform(toString(issued.system), {systems:Array(String)}, {names:Array(String)}, toString(issued.system)), ' issued ', toString(issued.quantity), ' ', issued.unit, ' in ', toString(issued.from_plant), ' with ', issued.document, '; ', toString(cases.plant), ' has booked in ', toString(booked.quantity)), 'shipment_lines', issued.document, issued.occurred_at, issued.trace_id)) AS evidence,
  '' AS shared
FROM cases
INNER JOIN issued ON issued.line = cases.key AND (issued.to_plant = cases.plant OR (issued.to_plant = '' AND issued.from_plant = cases.plant))
LEFT JOIN booked ON booked.number = cases.number
GROUP BY cases.number
