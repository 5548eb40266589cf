/*
title: Prices
short: Prices
description: The dated net price per customer and item as the CRM and the ERP hold it, and the price an order line was billed at against the price it was sold at, or the one that is valid on the day of the invoice.
left: crm
right: erp
record: crm
flow: order_to_cash
schedule: '0 * * * * *'
grace: 30m
# percent
tolerance: '0.5'
materiality: '5000'
measure: invoices
matching: all
classes:
  list_price: Dated price differs
  billed_price: Billed at another price
reads:
  - entity: prices
    side: left
    key: ["'list'", partner, item, valid_from]
    price: unit_price
    state: "'list'"
    unit: partner
  - entity: prices
    side: right
    key: ["'list'", partner, item, valid_from]
    price: unit_price
    state: "'list'"
    unit: partner
  - entity: order_lines
    side: left
    where: order_type = 'sales'
    key: ["'billed'", order_no, line_no]
    price: unit_price
    state: "'sold'"
    unit: partner
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    quantity: if(kind = 'invoice', quantity, -quantity)
    price: unit_price
    state: "'billed'"
    unit: "''"
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(quantity * unit_price AS Decimal(38, 6))
    state: "'value'"
    unit: "''"
    changed_at: if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(CAST(quantity * unit_price AS Decimal(38, 6)) * if(posted_at > toDateTime64(0, 3, 'UTC'), worth(currency, posted_at), worth(currency, occurred_at)) AS Decimal(38, 6))
    state: "'worth'"
    unit: "''"
*/
WITH
sums AS (
  SELECT * EXCEPT (unit), unit AS partner,
    right_sums['billed'] AS billed,
    left_currency = '' OR right_currency = '' OR left_currency = right_currency AS same_currency,
    if(same_currency, right_sums['value'], right_sums['worth']) AS value,
    CAST(left_price * if(same_currency, toDecimal64(1, 9), worth(left_currency, changed_at)) AS Decimal(38, 6)) AS net_price,
    CAST(billed * net_price AS Decimal(38, 6)) AS expected,
    CAST({tolerance:Decimal(24, 6)} AS Decimal(38, 6)) AS percent
  FROM compared
),
-- what the CRM's list says of the customer and item, by the day it counts from
dated AS (
  SELECT plant, partner, item, arraySort(groupArray((toString(valid_from), unit_price))) AS steps
  FROM state(prices)
  WHERE plant IN {plants:Array(String)} AND system IN {left_systems:Array(String)} AND NOT deleted
  GROUP BY plant, partner, item
),
open_quantities AS (
  SELECT plant, partner, item, sum(quantity - cancelled_quantity) AS open_quantity
  FROM state(order_lines)
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND order_type = 'sales' AND mapped(status) = 'open' AND NOT deleted
  GROUP BY plant, partner, item
),
judged AS (
  SELECT *,
    arrayLast(step -> step.1 <= toString(toDate(changed_at)), steps).2 AS valid_price,
    multiIf(
      left_rows = 0 OR right_rows = 0, '',
      left_state = 'list', if(same_currency AND abs(right_price - left_price) * 100 > percent * left_price, 'list_price', ''),
      billed = 0 OR abs(value - expected) * 100 <= percent * abs(expected), '',
      same_currency AND valid_price > 0 AND abs(value - billed * valid_price) * 100 <= percent * abs(billed * valid_price), '',
      'billed_price') AS class
  FROM sums
  LEFT JOIN dated USING (plant, partner, item)
  LEFT JOIN open_quantities USING (plant, partner, item)
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', left_state = 'list' OR billed = 0, toString(left_price), toString(expected)) AS left_value,
  multiIf(right_rows = 0, 'missing', left_state = 'list' OR billed = 0, toString(right_price), toString(value)) AS right_value,
  multiIf(
    left_rows = 0 OR right_rows = 0, NULL,
    left_state = 'list', toNullable(CAST(right_price - left_price AS Decimal(38, 6))),
    toNullable(CAST(value - expected AS Decimal(38, 6)))) AS difference,
  if(same_currency, left_currency, '') AS unit,
  -- what is still to be delivered at a wrong price is at risk; what was billed at one is lost
  CAST(multiIf(left_rows = 0 OR right_rows = 0 OR (left_state != 'list' AND billed = 0), toDecimal128(0, 6), left_state = 'list', CAST(abs(right_price - left_price) * open_quantity AS Decimal(38, 6)), abs(value - expected)) AS Decimal(38, 6)) AS amount,
  if(same_currency, left_currency, '') AS currency,
  changed_at
FROM judged
