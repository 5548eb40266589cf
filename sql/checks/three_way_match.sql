/*
title: Order, receipt and invoice
short: Three-way
description: What a supplier billed so far against what was received so far at the price ordered, per purchase order line. A difference passes only while it is within the percentage (tolerance) and within the amount (tolerance_amount).
left: erp
right: wms
record: wms
flow: procure_to_stock
schedule: '0 * * * * *'
grace: 2d
# percent, and units of the order's currency
tolerance: '2'
tolerance_amount: '100'
materiality: '5000'
measure: receipts
matching: all
near: 2
classes:
  duplicate_invoice: Billed twice by the supplier
  invoice_without_order: Billed without an order
  invoiced_not_received: Billed by the supplier, not received
  purchase_price: Billed at another price than ordered
  overinvoiced: Billed too much in all
severity:
  duplicate_invoice: critical
reads:
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', quantity, -quantity)
    state: "'billed'"
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(quantity * unit_price AS Decimal(38, 6))
    state: "'value'"
  # the same in the reporting currency, at the rate of the invoice's day
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(CAST(quantity * unit_price AS Decimal(38, 6)) * if(posted_at > toDateTime64(0, 3, 'UTC'), worth(currency, posted_at), worth(currency, occurred_at)) AS Decimal(38, 6))
    state: "'worth'"
  # how often the same quantity was billed at the same price
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1)
    state: concat('same ', toString(quantity), ' ', toString(unit_price))
  - entity: shipment_lines
    side: right
    where: direction = 'inbound'
    key: [order_no, order_line_no]
    quantity: quantity
    state: "'received'"
  - entity: order_lines
    side: note
    role: erp
    where: order_type = 'purchase'
    key: [order_no, line_no]
    quantity: quantity
    price: unit_price
    state: "'ordered'"
    changed_at: toDateTime64(0, 3, 'UTC')
*/
WITH
sums AS (
  SELECT *,
    left_sums['billed'] AS billed,
    right_sums['received'] AS received,
    left_currency = '' OR note_currency = '' OR left_currency = note_currency AS same_currency,
    -- of two currencies both are taken in the reporting one
    if(same_currency, left_sums['value'], left_sums['worth']) AS value,
    CAST(note_price * if(same_currency, toDecimal64(1, 9), worth(note_currency, changed_at)) AS Decimal(38, 6)) AS net_price,
    CAST(received * net_price AS Decimal(38, 6)) AS expected,
    CAST(billed * net_price AS Decimal(38, 6)) AS billed_as_ordered,
    CAST({tolerance:Decimal(24, 6)} AS Decimal(38, 6)) AS percent,
    CAST({tolerance_amount:Decimal(24, 6)} AS Decimal(38, 6)) AS most,
    arrayExists((name, times) -> startsWith(name, 'same ') AND times > 1, mapKeys(left_sums), mapValues(left_sums)) AS repeated
  FROM compared
),
judged AS (
  SELECT *,
    multiIf(
      billed = 0 AND value = 0, '',
      note_sums['ordered'] = 0, 'invoice_without_order',
      repeated AND billed > received AND billed > note_sums['ordered'], 'duplicate_invoice',
      billed_as_ordered > expected AND ((billed_as_ordered - expected) * 100 > percent * expected OR billed_as_ordered - expected > most), 'invoiced_not_received',
      abs(value - billed_as_ordered) * 100 > percent * billed_as_ordered OR abs(value - billed_as_ordered) > most, 'purchase_price',
      value > expected AND ((value - expected) * 100 > percent * expected OR value - expected > most), 'overinvoiced',
      '') AS class
  FROM sums
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(class = 'purchase_price', concat(toString(value), ' for ', toString(billed)), toString(value)) AS left_value,
  multiIf(class = 'purchase_price', concat(toString(billed_as_ordered), ' for ', toString(billed)), toString(expected)) AS right_value,
  toNullable(CAST(multiIf(billed = 0, toDecimal128(0, 6), class = 'purchase_price', billed_as_ordered - value, expected - value) AS Decimal(38, 6))) AS difference,
  if(same_currency, note_currency, '') AS unit,
  -- what is not billed yet is nobody's loss
  CAST(multiIf(billed = 0, toDecimal128(0, 6), class = '', greatest(value - expected, toDecimal128(0, 6)), abs(difference)) AS Decimal(38, 6)) AS amount,
  if(same_currency, if(note_currency != '', note_currency, left_currency), '') AS currency,
  changed_at
FROM judged
