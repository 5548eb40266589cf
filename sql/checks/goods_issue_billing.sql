/*
title: Goods issue and billing
short: Billing
description: What the warehouse shipped, less returns, against what the ERP billed, less credit notes and cancellations, per order line. What was shipped instead of the item ordered counts for its line; a price reduction is no return. What units that do not divide leave over is no difference.
left: wms
right: erp
record: wms
flow: order_to_cash
stages: [erp_invoiced]
schedule: '0 * * * * *'
grace: 30m
tolerance: '0'
materiality: '5000'
measure: invoices
matching: sums
near: 2
three_ways: sales
classes:
  not_billed: Shipped, not billed
  overbilled: Billed, not shipped
reads:
  - entity: shipment_lines
    side: left
    where: direction IN ('outbound', 'return')
    key: [order_no, order_line_no]
    quantity: if(direction = 'return', -quantity, quantity)
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase' AND kind != 'price_credit'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', quantity, -quantity)
    price: unit_price
  - entity: order_lines
    side: note
    role: erp
    where: order_type = 'sales'
    key: [order_no, line_no]
    price: unit_price
    changed_at: toDateTime64(0, 3, 'UTC')
*/
WITH judged AS (
  SELECT *,
    greatest({tolerance:Decimal(24, 6)}, rounding(left_quantity, right_quantity)) AS passes,
    multiIf(left_quantity - right_quantity > passes, 'not_billed', right_quantity - left_quantity > passes, 'overbilled', '') AS class
  FROM compared
)
SELECT plant, key, kh, class,
  item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(left_quantity - right_quantity) * if(note_price > 0, note_price, right_price) / if(note_price > 0, note_price_factor, right_price_factor) AS Decimal(38, 6)) AS amount,
  if(note_price > 0, note_currency, right_currency) AS currency,
  changed_at
FROM judged
