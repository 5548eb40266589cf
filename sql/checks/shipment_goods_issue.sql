/*
title: Shipment and goods issue
short: Goods issue
description: What left the warehouse against the goods issue the ERP posted for it, per delivery line, lot and serial number - whether it is there, how much, and whether both count it in the same period of the plant.
left: wms
right: erp
record: wms
flow: order_to_cash
stages: [wms_shipped]
schedule: '0 * * * * *'
grace: 1h
tolerance: '0'
materiality: '5000'
measure: inventory
matching: states
near: 2
classes:
  goods_issue_missing: Shipped, no goods issue
  shipment_missing: Goods issue, not shipped
  goods_issue_quantity: Issued quantity differs
  posting_period: Posted in another period
counted_by:
  goods_issue_missing: inventory_on_hand
  shipment_missing: inventory_on_hand
  goods_issue_quantity: inventory_on_hand
severity:
  posting_period: critical
reads:
  - entity: shipment_lines
    side: left
    where: direction = 'outbound'
    key: [shipment_no, line_no, batch, serial]
    quantity: quantity
    state: if(posted_at > toDateTime64(0, 3, 'UTC'), period(posted_at), period(occurred_at))
  - entity: shipment_lines
    side: right
    where: direction = 'outbound'
    key: [shipment_no, line_no, batch, serial]
    quantity: quantity
    state: if(posted_at > toDateTime64(0, 3, 'UTC'), period(posted_at), period(occurred_at))
explains:
  entity: shipment_lines
  ref: shipment_no
  number: shipment_no
  says: direction
*/
WITH judged AS (
  SELECT *,
    -- what counts in another month on the other side
    arraySum(arrayMap(month -> greatest(left_sums[month] - right_sums[month], toDecimal128(0, 6)), mapKeys(left_sums))) AS elsewhere,
    multiIf(
      right_rows = 0, if(left_quantity != 0, 'goods_issue_missing', ''),
      left_rows = 0, if(right_quantity != 0, 'shipment_missing', ''),
      abs(left_quantity - right_quantity) > {tolerance:Decimal(24, 6)}, 'goods_issue_quantity',
      left_quantity = right_quantity AND elsewhere > 0, 'posting_period',
      '') AS class
  FROM compared
)
SELECT judged.plant AS plant, key, kh, class, judged.item AS item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'posting_period', arrayStringConcat(mapKeys(left_sums), ', '), toString(left_quantity)) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'posting_period', arrayStringConcat(mapKeys(right_sums), ', '), toString(right_quantity)) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(if(class = 'posting_period', elsewhere, abs(right_quantity - left_quantity)) * costs.standard_cost AS Decimal(38, 6)) AS amount,
  costs.currency AS currency,
  changed_at
FROM judged
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = judged.plant AND costs.item = judged.item
