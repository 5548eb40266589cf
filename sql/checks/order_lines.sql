/*
title: Sales order lines
short: Orders
description: What the CRM sold against what the ERP will deliver and bill, line by line - presence, quantity, price, and whether it is cancelled.
left: crm
right: erp
record: crm
flow: order_to_cash
schedule: '0 * * * * *'
grace: 10m
tolerance: '0.01'
materiality: '5000'
measure: orders
matching: lines
near: 2
classes:
  missing_in_erp: Order line missing in ERP
  missing_in_crm: Order line missing in CRM
  ordered_quantity: Ordered quantity differs
  price: Price differs
  status: Cancelled on one side only
  order_currency: Currency differs
reads:
  - entity: order_lines
    side: left
    where: order_type = 'sales'
    key: [order_no, line_no]
    quantity: quantity - cancelled_quantity
    price: unit_price
    # a line rejected, or cancelled in full, is as good as none; of others the currency must be the same
    state: if(mapped(status) IN ('cancelled', 'rejected') OR (cancelled_quantity >= quantity AND cancelled_quantity > 0), 'cancelled', toString(currency))
  - entity: order_lines
    side: right
    where: order_type = 'sales'
    key: [order_no, line_no]
    quantity: quantity - cancelled_quantity
    price: unit_price
    # a line rejected, or cancelled in full, is as good as none; of others the currency must be the same
    state: if(mapped(status) IN ('cancelled', 'rejected') OR (cancelled_quantity >= quantity AND cancelled_quantity > 0), 'cancelled', toString(currency))
*/
SELECT plant, key, kh,
  multiIf(
    right_rows = 0, if(left_state = 'cancelled', '', 'missing_in_erp'),
    left_rows = 0, if(right_state = 'cancelled', '', 'missing_in_crm'),
    left_state != right_state AND 'cancelled' IN (left_state, right_state), 'status',
    left_state = 'cancelled', '',
    left_quantity != right_quantity, 'ordered_quantity',
    left_state != right_state AND left_state != '' AND right_state != '', 'order_currency',
    abs(left_price - right_price) > {tolerance:Decimal(24, 6)}, 'price',
    '') AS class,
  item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'status', if(left_state = 'cancelled', 'cancelled', 'open'), class = 'price', toString(left_price), class = 'order_currency', left_state, toString(left_quantity)) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'status', if(right_state = 'cancelled', 'cancelled', 'open'), class = 'price', toString(right_price), class = 'order_currency', right_state, toString(right_quantity)) AS right_value,
  multiIf(
    class = 'price' OR (class = '' AND left_rows > 0 AND right_rows > 0), toNullable(CAST(right_price - left_price AS Decimal(38, 6))),
    class = 'ordered_quantity', toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))),
    NULL) AS difference,
  if(class = 'price', currency, unit_of) AS unit,
  -- a line that only one side has, or that only one side cancelled, is at risk whole
  CAST(multiIf(
    class IN ('missing_in_erp', 'missing_in_crm', 'status', 'order_currency'), greatest(left_quantity * left_price, right_quantity * right_price),
    left_rows = 0 OR right_rows = 0 OR (left_state = 'cancelled' AND right_state = 'cancelled'), 0,
    abs(left_quantity * left_price - right_quantity * right_price)) AS Decimal(38, 6)) AS amount,
  currency,
  changed_at
FROM (SELECT * EXCEPT (unit), unit AS unit_of, greatest(left_currency, right_currency) AS currency FROM compared)
