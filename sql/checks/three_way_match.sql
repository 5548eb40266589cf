/*
title: Order, receipt and invoice
short: Three-way
description: What a supplier billed so far against what was received so far at the price ordered, per purchase order line. A difference passes only while it is within the percentage (tolerance) and within the amount (tolerance_amount). Charges may be billed up to those ordered, tax for the share that is billed.
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
three_ways: purchase
classes:
  duplicate_invoice: Billed twice by the supplier
  invoice_without_order: Billed without an order
  invoiced_not_received: Billed by the supplier, not received
  purchase_price: Billed at another price than ordered
  overinvoiced: Billed too much in all
  purchase_charges: More charges billed than ordered
  purchase_tax: Billed with another tax than ordered
severity:
  duplicate_invoice: critical
reads:
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: multiIf(kind = 'invoice', quantity, kind = 'price_credit', 0, -quantity)
    state: "'billed'"
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(quantity * unit_price / price_factor AS Decimal(38, 6))
    state: "'value'"
  # the same in the reporting currency, at the rate of the invoice's day
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1) * CAST(CAST(quantity * unit_price / price_factor AS Decimal(38, 6)) * if(posted_at > toDateTime64(0, 3, 'UTC'), worth(currency, posted_at), worth(currency, occurred_at)) AS Decimal(38, 6))
    state: "'worth'"
  # how often the same quantity was billed at the same price
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase' AND kind != 'price_credit'
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', 1, -1)
    state: concat('same ', toString(quantity), ' ', toString(unit_price), ' ', toString(price_factor))
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase' AND charges != 0
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', charges, -charges)
    state: "'charges'"
  - entity: invoice_lines
    side: left
    where: order_type = 'purchase' AND tax != 0
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', tax, -tax)
    state: "'tax'"
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
  - entity: order_lines
    side: note
    role: erp
    where: order_type = 'purchase' AND charges != 0
    key: [order_no, line_no]
    quantity: charges
    state: "'charges'"
    changed_at: toDateTime64(0, 3, 'UTC')
  - entity: order_lines
    side: note
    role: erp
    where: order_type = 'purchase' AND tax != 0
    key: [order_no, line_no]
    quantity: tax
    state: "'tax'"
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
    if(same_currency, toDecimal64(1, 9), worth(note_currency, changed_at)) AS rate,
    CAST(CAST(received * note_price / note_price_factor AS Decimal(38, 6)) * rate AS Decimal(38, 6)) AS expected,
    CAST(CAST(billed * note_price / note_price_factor AS Decimal(38, 6)) * rate AS Decimal(38, 6)) AS billed_as_ordered,
    left_sums['charges'] AS charges,
    left_sums['tax'] AS tax,
    note_sums['charges'] AS charges_ordered,
    -- an order that says nothing of tax leaves it to the invoice
    -- what is used twice may be worked out where it is not asked for: it must divide by something there, too
    if(note_sums['ordered'] = 0, toDecimal128(0, 6), CAST(note_sums['tax'] * billed / if(note_sums['ordered'] = 0, CAST(1 AS Decimal(38, 6)), CAST(note_sums['ordered'] AS Decimal(38, 6))) AS Decimal(38, 6))) AS tax_ordered,
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
      same_currency AND charges > charges_ordered AND ((charges - charges_ordered) * 100 > percent * charges_ordered OR charges - charges_ordered > most), 'purchase_charges',
      same_currency AND tax_ordered != 0 AND (abs(tax - tax_ordered) * 100 > percent * tax_ordered OR abs(tax - tax_ordered) > most), 'purchase_tax',
      '') AS class
  FROM sums
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(class = 'purchase_charges', toString(charges), class = 'purchase_tax', toString(tax), class = 'purchase_price', concat(toString(value), ' for ', toString(billed)), toString(value)) AS left_value,
  multiIf(class = 'purchase_charges', toString(charges_ordered), class = 'purchase_tax', toString(tax_ordered), class = 'purchase_price', concat(toString(billed_as_ordered), ' for ', toString(billed)), toString(expected)) AS right_value,
  toNullable(CAST(multiIf(class = 'purchase_charges', charges_ordered - charges, class = 'purchase_tax', tax_ordered - tax, billed = 0, toDecimal128(0, 6), class = 'purchase_price', billed_as_ordered - value, expected - value) AS Decimal(38, 6))) AS difference,
  if(same_currency, note_currency, '') AS unit,
  -- what is not billed yet is nobody's loss
  CAST(multiIf(billed = 0 AND class = '', toDecimal128(0, 6), class = '', greatest(value - expected, toDecimal128(0, 6)), abs(difference)) AS Decimal(38, 6)) AS amount,
  if(same_currency, if(note_currency != '', note_currency, left_currency), '') AS currency,
  changed_at
FROM judged
