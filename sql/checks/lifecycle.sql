/*
title: Order lifecycle
short: Lifecycle
description: How far CRM, ERP and warehouse say that a sales order line is, from the quantities ordered, cancelled, allocated, shipped and invoiced; pairs that cannot both be true are found.
left: erp
right: wms
record: erp
flow: order_to_cash
stages: [wms_released, wms_shipped, erp_invoiced]
schedule: '0 * * * * *'
grace: 30m
tolerance: '0'
materiality: '5000'
measure: orders
matching: all
near: 2
classes:
  cancelled_but_picked: Cancelled, yet picked or shipped
  invoiced_not_shipped: Invoiced, nothing shipped
  completed_but_open: Completed here, still open there
  shipped_but_open: Shipped in full, still open
  status_unknown: Status that nobody has explained
counted_by:
  invoiced_not_shipped: goods_issue_billing
  completed_but_open: goods_issue_billing
  shipped_but_open: goods_issue_billing
severity:
  cancelled_but_picked: critical
reads:
  - entity: order_lines
    side: left
    where: order_type = 'sales'
    key: [order_no, line_no]
    quantity: quantity
    price: unit_price
    state: "'ordered'"
  - entity: order_lines
    side: left
    where: order_type = 'sales' AND (cancelled_quantity > 0 OR mapped(status) IN ('cancelled', 'rejected'))
    key: [order_no, line_no]
    quantity: if(mapped(status) IN ('cancelled', 'rejected'), quantity, cancelled_quantity)
    state: "'cancelled'"
  - entity: order_lines
    side: left
    where: order_type = 'sales' AND mapped(status) = 'completed'
    key: [order_no, line_no]
    quantity: quantity
    state: "'completed'"
  # a code that is not explained is open to nobody
  - entity: order_lines
    side: left
    where: order_type = 'sales' AND mapped(status) NOT IN ('', 'open', 'completed', 'cancelled', 'rejected')
    key: [order_no, line_no]
    quantity: '1'
    state: concat('? ', mapped(status))
  - entity: invoice_lines
    side: left
    where: order_type != 'purchase' AND kind NOT IN ('credit', 'price_credit')
    key: [order_no, order_line_no]
    quantity: if(kind = 'invoice', quantity, -quantity)
    state: "'invoiced'"
  - entity: order_lines
    side: right
    where: order_type = 'sales' AND allocated_quantity > 0
    key: [order_no, line_no]
    quantity: allocated_quantity
    state: "'allocated'"
  - entity: shipment_lines
    side: right
    where: direction IN ('outbound', 'return')
    key: [order_no, order_line_no]
    quantity: quantity
    state: if(direction = 'return', 'returned', 'shipped')
  - entity: order_lines
    side: note
    role: crm
    where: order_type = 'sales' AND (cancelled_quantity > 0 OR mapped(status) IN ('cancelled', 'rejected'))
    key: [order_no, line_no]
    quantity: if(mapped(status) IN ('cancelled', 'rejected'), quantity, cancelled_quantity)
    state: "'cancelled'"
  - entity: order_lines
    side: note
    role: crm
    where: order_type = 'sales' AND mapped(status) = 'completed'
    key: [order_no, line_no]
    quantity: quantity
    state: "'completed'"
  - entity: order_lines
    side: note
    role: crm
    where: order_type = 'sales' AND mapped(status) NOT IN ('', 'open', 'completed', 'cancelled', 'rejected')
    key: [order_no, line_no]
    quantity: '1'
    state: concat('? ', mapped(status))
*/
WITH judged AS (
  SELECT *,
    left_sums['ordered'] AS ordered,
    greatest(left_sums['cancelled'], note_sums['cancelled']) AS cancelled,
    left_sums['invoiced'] AS invoiced,
    right_sums['allocated'] AS allocated,
    right_sums['shipped'] AS shipped,
    greatest(allocated, shipped - right_sums['returned']) AS picked,
    ordered - cancelled AS wanted,
    left_sums['completed'] > 0 AS done,
    note_sums['completed'] > 0 AS sold,
    arrayMap(state -> substring(state, 3), arrayFilter(state -> startsWith(state, '? '), mapKeys(left_sums))) AS left_codes,
    arrayMap(state -> substring(state, 3), arrayFilter(state -> startsWith(state, '? '), mapKeys(note_sums))) AS note_codes,
    multiIf(
      ordered = 0, '',
      cancelled > 0 AND picked > wanted, 'cancelled_but_picked',
      invoiced > 0 AND shipped = 0, 'invoiced_not_shipped',
      -- whether it is done or open is not known
      notEmpty(left_codes) OR notEmpty(note_codes), 'status_unknown',
      -- what was billed beyond the order nobody owes; it is for the check of billing
      done AND (allocated > shipped OR shipped < least(invoiced, wanted)), 'completed_but_open',
      sold AND NOT done AND shipped < wanted, 'completed_but_open',
      NOT done AND wanted > 0 AND shipped >= wanted, 'shipped_but_open',
      '') AS class
  FROM compared
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(
    class = 'cancelled_but_picked', concat('cancelled ', toString(cancelled)),
    class = 'invoiced_not_shipped', concat('invoiced ', toString(invoiced)),
    class = 'status_unknown', arrayStringConcat(arrayConcat(arrayMap(code -> concat('status ', code), left_codes), arrayMap(code -> concat('CRM status ', code), note_codes)), ', '),
    done OR (sold AND class = 'completed_but_open'), 'completed',
    ordered = 0, 'missing',
    concat('open ', toString(wanted))) AS left_value,
  multiIf(
    shipped > 0 AND allocated <= shipped, concat('shipped ', toString(shipped)),
    allocated > 0, concat('allocated ', toString(allocated)),
    'open') AS right_value,
  toNullable(CAST(multiIf(
    class = 'cancelled_but_picked', picked - wanted,
    class = 'invoiced_not_shipped', -invoiced,
    class = 'completed_but_open', shipped - greatest(allocated, least(invoiced, wanted), if(sold AND NOT done, wanted, toDecimal128(0, 6))),
    class = 'shipped_but_open', shipped,
    toDecimal128(0, 6)) AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(difference) * left_price / left_price_factor AS Decimal(38, 6)) AS amount,
  left_currency AS currency,
  changed_at
FROM judged
