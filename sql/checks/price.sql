/*
title: Prices
short: Prices
description: The dated net price per customer, item and scale as the CRM and the ERP hold it, and the price an order line was billed at against the price it was sold at, or the one that is valid for its quantity on the day of the invoice.
left: crm
right: erp
record: crm
flow: order_to_cash
stages: [erp_invoiced]
schedule: '0 * * * * *'
grace: 30m
# percent
tolerance: '0.5'
materiality: '5000'
measure: invoices
matching: all
classes:
  list_price: Dated price differs
  list_currency: Dated price in another currency
  list_missing: Dated price on one side only
  billed_price: Billed at another price
# a price that is corrected, or stated later, is read by other keys of its customer
depends:
  - entity: prices
    on: { partner: unit }
reads:
  - entity: prices
    side: left
    key: ["'list'", partner, mapped(item), valid_from, "if(scale_from > 0, toString(scale_from), '')"]
    item: mapped(item)
    price: unit_price
    state: concat('list\n', valid_from)
    unit: partner
  - entity: prices
    side: right
    key: ["'list'", partner, mapped(item), valid_from, "if(scale_from > 0, toString(scale_from), '')"]
    item: mapped(item)
    price: unit_price
    state: concat('list\n', valid_from)
    unit: partner
  - entity: order_lines
    side: left
    where: order_type = 'sales'
    key: ["'billed'", order_no, line_no]
    item: mapped(item)
    quantity: quantity - cancelled_quantity
    price: unit_price
    state: "'sold'"
    unit: partner
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    item: mapped(item)
    quantity: multiIf(kind = 'invoice', quantity, kind = 'price_credit', 0, -quantity)
    price: unit_price
    state: "'billed'"
    unit: "''"
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    item: mapped(item)
    quantity: if(kind = 'invoice', 1, -1) * CAST(quantity * unit_price / price_factor AS Decimal(38, 6))
    state: "'value'"
    unit: "''"
    changed_at: if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)
  - entity: invoice_lines
    side: right
    where: order_type != 'purchase'
    key: ["'billed'", order_no, order_line_no]
    item: mapped(item)
    quantity: if(kind = 'invoice', 1, -1) * CAST(CAST(quantity * unit_price / price_factor AS Decimal(38, 6)) * if(posted_at > toDateTime64(0, 3, 'UTC'), worth(currency, posted_at), worth(currency, occurred_at)) AS Decimal(38, 6))
    state: "'worth'"
    unit: "''"
*/
WITH
sums AS (
  SELECT * EXCEPT (unit), unit AS partner,
    splitByChar('\n', greatest(left_state, right_state)) AS states,
    states[1] = 'list' AS is_list,
    states[2] AS valid_from,
    right_sums['billed'] AS billed,
    left_currency = '' OR right_currency = '' OR left_currency = right_currency AS same_currency,
    if(same_currency, right_sums['value'], right_sums['worth']) AS value,
    -- prices for different units are shown for the larger one
    greatest(left_price_factor, right_price_factor) AS per,
    CAST(left_price * per / left_price_factor AS Decimal(38, 6)) AS left_per,
    CAST(right_price * per / right_price_factor AS Decimal(38, 6)) AS right_per,
    CAST(CAST(billed * left_price / left_price_factor AS Decimal(38, 6)) * if(same_currency, toDecimal64(1, 9), worth(left_currency, changed_at)) AS Decimal(38, 6)) AS expected,
    CAST({tolerance:Decimal(24, 6)} AS Decimal(38, 6)) AS percent
  FROM compared
),
-- what either list says of the customer and item, by the day it counts from and the quantity in base units
dated AS (
  SELECT plant, partner, mapped(item) AS item,
    arraySort(groupArrayIf((toString(valid_from), toDecimal128(scale_from * price_factor / if(price_per > 0, price_per, 1), 6), unit_price, price_factor), system IN {left_systems:Array(String)})) AS steps,
    arraySort(groupArrayIf(toString(valid_from), system IN {right_systems:Array(String)})) AS right_days,
    arraySort(groupArrayIf(toString(valid_from), system IN {left_systems:Array(String)})) AS left_days
  FROM state(prices)
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
  GROUP BY plant, partner, item
),
-- whose prices a side keeps at all
keepers AS (
  SELECT plant, partner, countIf(system IN {left_systems:Array(String)}) AS left_kept, countIf(system IN {right_systems:Array(String)}) AS right_kept
  FROM state(prices)
  WHERE plant IN {plants:Array(String)} AND NOT deleted
  GROUP BY plant, partner
),
open_quantities AS (
  SELECT plant, partner, mapped(item) AS item, sum(quantity - cancelled_quantity) AS open_quantity
  FROM state(order_lines)
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND order_type = 'sales' AND mapped(status) = 'open' AND NOT deleted
  GROUP BY plant, partner, item
),
judged AS (
  SELECT *,
    day(changed_at) AS billed_on,
    arrayLast(step -> step.1 <= billed_on, steps).1 AS counts_from,
    arrayLast(step -> step.1 = counts_from AND step.2 <= greatest(left_quantity, billed), steps) AS valid,
    CAST(billed * valid.3 / if(valid.4 > 0, valid.4, 1) AS Decimal(38, 6)) AS as_listed,
    -- a price that a later one has replaced may be gone on one side
    {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] AS clock,
    arrayLast(since -> since <= day(clock), if(left_rows = 0, right_days, left_days)) AS current,
    multiIf(
      is_list AND left_rows > 0 AND right_rows > 0, multiIf(
        NOT same_currency, 'list_currency',
        abs(right_price * left_price_factor - left_price * right_price_factor) * 100 > percent * (left_price * right_price_factor), 'list_price',
        ''),
      is_list, if(if(left_rows = 0, left_kept, right_kept) > 0 AND valid_from >= current, 'list_missing', ''),
      left_rows = 0 OR right_rows = 0 OR billed = 0 OR abs(value - expected) * 100 <= percent * abs(expected), '',
      same_currency AND as_listed != 0 AND abs(value - as_listed) * 100 <= percent * abs(as_listed), '',
      'billed_price') AS class
  FROM sums
  LEFT JOIN dated USING (plant, partner, item)
  LEFT JOIN keepers USING (plant, partner)
  LEFT JOIN open_quantities USING (plant, partner, item)
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'list_currency', concat(toString(left_per), ' ', left_currency), is_list OR billed = 0, toString(left_per), toString(expected)) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'list_currency', concat(toString(right_per), ' ', right_currency), is_list OR billed = 0, toString(right_per), toString(value)) AS right_value,
  multiIf(
    left_rows = 0 OR right_rows = 0 OR (is_list AND NOT same_currency), NULL,
    is_list, toNullable(CAST(right_per - left_per AS Decimal(38, 6))),
    toNullable(CAST(value - expected AS Decimal(38, 6)))) AS difference,
  multiIf(class = 'list_currency' OR NOT same_currency, '', is_list AND per != 1, concat(left_currency, ' per ', toString(per)), left_currency) AS unit,
  -- what is still to be delivered at a wrong price is at risk; what was billed at one is lost
  CAST(multiIf(
    left_rows = 0 OR right_rows = 0 OR (NOT is_list AND billed = 0) OR (is_list AND NOT same_currency), toDecimal128(0, 6),
    is_list, CAST(abs(right_per - left_per) * open_quantity / per AS Decimal(38, 6)),
    abs(value - expected)) AS Decimal(38, 6)) AS amount,
  if(same_currency, greatest(left_currency, right_currency), '') AS currency,
  changed_at
FROM judged
