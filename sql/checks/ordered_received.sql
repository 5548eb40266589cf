/*
title: Ordered and received
short: Receipts
description: What purchasing ordered against what the warehouse received, per purchase order line, once the line is due. What units that do not divide leave over is no difference.
left: erp
right: wms
record: wms
flow: procure_to_stock
stages: [wms_received]
schedule: '0 * * * * *'
grace: 2d
tolerance: '0'
materiality: '5000'
measure: receipts
matching: sums
near: 2
classes:
  short: Received short
  over: Received too much
reads:
  - entity: order_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, line_no]
    quantity: if(mapped(status) IN ('cancelled', 'rejected'), 0, quantity - cancelled_quantity)
    price: unit_price
    # nothing is late before it is due
    changed_at: if(due_at > toDateTime64(0, 3, 'UTC'), due_at, occurred_at)
  - entity: shipment_lines
    side: right
    where: direction = 'inbound'
    key: [order_no, order_line_no]
    quantity: quantity
    changed_at: toDateTime64(0, 3, 'UTC')
*/
WITH judged AS (
  SELECT *,
    greatest({tolerance:Decimal(24, 6)}, rounding(left_quantity, right_quantity)) AS passes,
    multiIf(left_quantity - right_quantity > passes, 'short', right_quantity - left_quantity > passes, 'over', '') AS class
  FROM compared
)
SELECT plant, key, kh, class,
  item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(right_quantity - left_quantity) * left_price / left_price_factor AS Decimal(38, 6)) AS amount,
  left_currency AS currency,
  changed_at
FROM judged
