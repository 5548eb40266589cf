/*
title: Sales order lines
short: Orders
description: What the CRM sold against what the ERP will deliver and bill, line by line - presence, quantity, price, and whether it is cancelled.
left: crm
right: erp
record: crm
flow: order_to_cash
schedule: '10 * * * * *'
grace: 10m
tolerance: '0.01'
materiality: '5000'
measure: orders
classes:
  missing_in_erp: Order line missing in ERP
  missing_in_crm: Order line missing in CRM
  ordered_quantity: Ordered quantity differs
  price: Price differs
  status: Cancelled on one side only
evidence:
  - entity: order_lines
    key: concat(order_no, '/', line_no)
  - entity: shipment_lines
    key: concat(order_no, '/', order_line_no)
*/
WITH lines AS (
  SELECT plant, order_no, line_no,
    countIf(is_left) AS left_count, countIf(NOT is_left) AS right_count,
    sumIf(quantity, is_left) AS left_quantity, sumIf(quantity, NOT is_left) AS right_quantity,
    maxIf(unit_price, is_left) AS left_price, maxIf(unit_price, NOT is_left) AS right_price,
    maxIf(status = 'cancelled', is_left) AS left_cancelled, maxIf(status = 'cancelled', NOT is_left) AS right_cancelled,
    max(occurred_at) AS changed, max(item) AS line_item, max(unit) AS line_unit, max(currency) AS line_currency
  FROM (SELECT *, system IN {left_systems:Array(String)} AS is_left FROM order_lines FINAL)
  WHERE plant IN {plants:Array(String)} AND order_type = 'sales' AND (is_left OR system IN {right_systems:Array(String)}) AND NOT deleted
  GROUP BY plant, order_no, line_no
)
SELECT
  plant,
  concat(order_no, '/', line_no) AS key,
  multiIf(
    right_count = 0, if(left_cancelled, '', 'missing_in_erp'),
    left_count = 0, if(right_cancelled, '', 'missing_in_crm'),
    left_cancelled != right_cancelled, 'status',
    left_cancelled, '',
    left_quantity != right_quantity, 'ordered_quantity',
    abs(left_price - right_price) > {tolerance:Decimal(24, 6)}, 'price',
    '') AS class,
  line_item AS item,
  order_no,
  left_count AS left_rows,
  right_count AS right_rows,
  multiIf(left_count = 0, 'missing', class = 'status', if(left_cancelled, 'cancelled', 'open'), class = 'price', toString(left_price), toString(left_quantity)) AS left_value,
  multiIf(right_count = 0, 'missing', class = 'status', if(right_cancelled, 'cancelled', 'open'), class = 'price', toString(right_price), toString(right_quantity)) AS right_value,
  multiIf(class = 'price', toNullable(CAST(right_price - left_price AS Decimal(38, 6))), class = 'ordered_quantity', toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))), NULL) AS difference,
  if(class = 'price', line_currency, line_unit) AS unit,
  -- a line that only one side has, or that only one side cancelled, is at risk whole
  CAST(multiIf(
    class = '', 0,
    class IN ('missing_in_erp', 'missing_in_crm', 'status'), greatest(left_quantity * left_price, right_quantity * right_price),
    abs(left_quantity * left_price - right_quantity * right_price)) AS Decimal(38, 6)) AS amount,
  line_currency AS currency,
  changed AS changed_at
FROM lines
