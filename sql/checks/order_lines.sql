/*
title: Sales order lines
short: Orders
description: What the CRM sold against what the ERP will deliver and bill, line by line - presence, item, quantity, price, the day promised, and whether it is cancelled. Another item is none when the line says what it is a substitute for.
left: crm
right: erp
record: crm
flow: order_to_cash
stages: [erp_accepted]
schedule: '0 * * * * *'
grace: 10m
# per unit that the price is for
tolerance: '0.01'
materiality: '5000'
measure: orders
matching: lines
near: 2
classes:
  missing_in_erp: Order line missing in ERP
  missing_in_crm: Order line missing in CRM
  ordered_item: Another item
  ordered_quantity: Ordered quantity differs
  price: Price differs
  status: Cancelled on one side only
  order_currency: Currency differs
  promise_date: Promised for another day
severity:
  ordered_item: high
  promise_date: medium
reads:
  - entity: order_lines
    side: left
    where: order_type = 'sales'
    key: [order_no, line_no]
    item: mapped(item)
    quantity: quantity - cancelled_quantity
    price: unit_price
    # a line rejected, or cancelled in full, is as good as none; of others the rest must be the same
    state: if(mapped(status) IN ('cancelled', 'rejected') OR (cancelled_quantity >= quantity AND cancelled_quantity > 0), 'cancelled', concat(toString(currency), '\n', if(due_at > toDateTime64(0, 3, 'UTC'), day(due_at), ''), '\n', toString(substitute_for)))
  - entity: order_lines
    side: right
    where: order_type = 'sales'
    key: [order_no, line_no]
    item: mapped(item)
    quantity: quantity - cancelled_quantity
    price: unit_price
    # a line rejected, or cancelled in full, is as good as none; of others the rest must be the same
    state: if(mapped(status) IN ('cancelled', 'rejected') OR (cancelled_quantity >= quantity AND cancelled_quantity > 0), 'cancelled', concat(toString(currency), '\n', if(due_at > toDateTime64(0, 3, 'UTC'), day(due_at), ''), '\n', toString(substitute_for)))
*/
WITH
sides AS (
  SELECT * EXCEPT (unit), unit AS unit_of,
    splitByChar('\n', left_state) AS left_parts,
    splitByChar('\n', right_state) AS right_parts,
    -- what a side does not say cannot differ
    arrayMap((left, right) -> left != right AND left != '' AND right != '', [left_parts[1], left_parts[2], left_item], [right_parts[1], right_parts[2], right_item]) AS unlike,
    -- prices for different units are compared, and shown, for the larger one
    greatest(left_price_factor, right_price_factor) AS per,
    CAST(left_price * per / left_price_factor AS Decimal(38, 6)) AS left_per,
    CAST(right_price * per / right_price_factor AS Decimal(38, 6)) AS right_per,
    CAST(left_quantity * left_price / left_price_factor AS Decimal(38, 6)) AS left_worth,
    CAST(right_quantity * right_price / right_price_factor AS Decimal(38, 6)) AS right_worth,
    greatest(left_currency, right_currency) AS of_currency
  FROM compared
),
judged AS (
  SELECT *,
    multiIf(
      right_rows = 0, if(left_state = 'cancelled', '', 'missing_in_erp'),
      left_rows = 0, if(right_state = 'cancelled', '', 'missing_in_crm'),
      left_state != right_state AND 'cancelled' IN (left_state, right_state), 'status',
      left_state = 'cancelled', '',
      unlike[3] AND left_parts[3] != right_item AND right_parts[3] != left_item, 'ordered_item',
      left_quantity != right_quantity, 'ordered_quantity',
      unlike[1], 'order_currency',
      abs(left_price * right_price_factor - right_price * left_price_factor) > {tolerance:Decimal(24, 6)} * per, 'price',
      unlike[2], 'promise_date',
      '') AS class
  FROM sides
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'status', if(left_state = 'cancelled', 'cancelled', 'open'), class = 'price', toString(left_per), class = 'order_currency', left_parts[1], class = 'promise_date', left_parts[2], class = 'ordered_item', left_item, toString(left_quantity)) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'status', if(right_state = 'cancelled', 'cancelled', 'open'), class = 'price', toString(right_per), class = 'order_currency', right_parts[1], class = 'promise_date', right_parts[2], class = 'ordered_item', right_item, toString(right_quantity)) AS right_value,
  multiIf(
    class = 'price' OR (class = '' AND left_rows > 0 AND right_rows > 0), toNullable(CAST(right_per - left_per AS Decimal(38, 6))),
    class = 'ordered_quantity', toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))),
    NULL) AS difference,
  multiIf(class != 'price', unit_of, per = 1, of_currency, concat(of_currency, ' per ', toString(per), ' ', unit_of)) AS unit,
  -- a line that only one side has, or that only one side cancelled, is at risk whole
  CAST(multiIf(
    class IN ('missing_in_erp', 'missing_in_crm', 'status', 'order_currency', 'ordered_item'), greatest(left_worth, right_worth),
    left_rows = 0 OR right_rows = 0 OR class = 'promise_date' OR (left_state = 'cancelled' AND right_state = 'cancelled'), 0,
    abs(left_worth - right_worth)) AS Decimal(38, 6)) AS amount,
  of_currency AS currency,
  changed_at
FROM judged
