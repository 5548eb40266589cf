/*
title: Goods issue and billing
short: Billing
description: What the warehouse shipped, less returns, against what the ERP billed, less credit notes and cancellations, per order line.
left: wms
right: erp
record: wms
flow: order_to_cash
schedule: '20 * * * * *'
grace: 30m
tolerance: '0'
materiality: '5000'
measure: invoices
classes:
  not_billed: Shipped, not billed
  overbilled: Billed, not shipped
evidence:
  - entity: shipment_lines
    key: concat(order_no, '/', order_line_no)
  - entity: invoice_lines
    key: concat(order_no, '/', order_line_no)
  - entity: order_lines
    key: concat(order_no, '/', line_no)
*/
WITH
sides AS (
  SELECT plant, order_no, order_line_no, item, unit, 1 AS is_left, if(direction = 'return', -quantity, quantity) AS moved, toDecimal128(0, 6) AS price, '' AS price_currency, occurred_at
  FROM shipment_lines FINAL
  WHERE plant IN {plants:Array(String)} AND system IN {left_systems:Array(String)} AND direction IN ('outbound', 'return') AND NOT deleted
  UNION ALL
  SELECT plant, order_no, order_line_no, item, unit, 0, if(kind = 'invoice', quantity, -quantity), unit_price, currency, occurred_at
  FROM invoice_lines FINAL
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND NOT deleted
),
lines AS (
  SELECT plant, order_no, order_line_no, max(item) AS line_item, max(unit) AS line_unit,
    countIf(is_left = 1) AS left_count, countIf(is_left = 0) AS right_count,
    sumIf(moved, is_left = 1) AS shipped, sumIf(moved, is_left = 0) AS billed,
    max(price) AS billed_price, max(price_currency) AS billed_currency, max(occurred_at) AS changed
  FROM sides
  GROUP BY plant, order_no, order_line_no
)
SELECT
  lines.plant AS plant,
  concat(lines.order_no, '/', order_line_no) AS key,
  multiIf(shipped - billed > {tolerance:Decimal(24, 6)}, 'not_billed', billed - shipped > {tolerance:Decimal(24, 6)}, 'overbilled', '') AS class,
  line_item AS item,
  lines.order_no AS order_no,
  left_count AS left_rows,
  right_count AS right_rows,
  toString(shipped) AS left_value,
  toString(billed) AS right_value,
  toNullable(CAST(billed - shipped AS Decimal(38, 6))) AS difference,
  line_unit AS unit,
  CAST(abs(shipped - billed) * if(ordered.unit_price > 0, ordered.unit_price, billed_price) AS Decimal(38, 6)) AS amount,
  if(ordered.currency != '', ordered.currency, billed_currency) AS currency,
  changed AS changed_at
FROM lines
LEFT ANY JOIN (
  SELECT plant, order_no, line_no, unit_price, currency FROM order_lines FINAL
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND order_type = 'sales' AND NOT deleted
) AS ordered ON ordered.plant = lines.plant AND ordered.order_no = lines.order_no AND ordered.line_no = lines.order_line_no
