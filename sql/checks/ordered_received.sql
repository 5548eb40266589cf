/*
title: Ordered and received
short: Receipts
description: What purchasing ordered against what the warehouse received, per purchase order line, once the line is due.
left: erp
right: wms
record: wms
flow: procure_to_stock
schedule: '30 * * * * *'
grace: 2d
tolerance: '0'
materiality: '5000'
measure: receipts
classes:
  short: Received short
  over: Received too much
evidence:
  - entity: order_lines
    key: concat(order_no, '/', line_no)
  - entity: shipment_lines
    key: concat(order_no, '/', order_line_no)
*/
WITH
sides AS (
  SELECT plant, order_no, line_no, item, unit, 1 AS is_left, if(status = 'cancelled', 0, quantity) AS amount_of, unit_price, currency, if(due_at > toDateTime64(0, 3, 'UTC'), due_at, occurred_at) AS due
  FROM order_lines FINAL
  WHERE plant IN {plants:Array(String)} AND system IN {left_systems:Array(String)} AND order_type = 'purchase' AND NOT deleted
  UNION ALL
  SELECT plant, order_no, order_line_no, item, unit, 0, quantity, 0, '', toDateTime64(0, 3, 'UTC')
  FROM shipment_lines FINAL
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND direction = 'inbound' AND NOT deleted
),
lines AS (
  SELECT plant, order_no, line_no, max(item) AS line_item, max(unit) AS line_unit,
    countIf(is_left = 1) AS left_count, countIf(is_left = 0) AS right_count,
    sumIf(amount_of, is_left = 1) AS ordered, sumIf(amount_of, is_left = 0) AS received,
    max(unit_price) AS price, max(currency) AS line_currency, max(due) AS due_at
  FROM sides
  GROUP BY plant, order_no, line_no
)
SELECT
  plant,
  concat(order_no, '/', line_no) AS key,
  multiIf(ordered - received > {tolerance:Decimal(24, 6)}, 'short', received - ordered > {tolerance:Decimal(24, 6)}, 'over', '') AS class,
  line_item AS item,
  order_no,
  left_count AS left_rows,
  right_count AS right_rows,
  toString(ordered) AS left_value,
  toString(received) AS right_value,
  toNullable(CAST(received - ordered AS Decimal(38, 6))) AS difference,
  line_unit AS unit,
  CAST(abs(received - ordered) * price AS Decimal(38, 6)) AS amount,
  line_currency AS currency,
  due_at AS changed_at
FROM lines
