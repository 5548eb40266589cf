/*
title: Stock in transit
short: In transit
description: What was issued to a plant against what it received and what was reported lost on the way, per line of the transfer order, in the plant that receives. A case grows more severe the longer the goods are away.
left: erp
right: wms
record: wms
flow: procure_to_stock
schedule: '0 * * * * *'
grace: 2d
tolerance: '0'
materiality: '5000'
measure: inventory
matching: sums
classes:
  transfer_short: Issued, not received
  transfer_over: Received, not issued
ages: true
may_be_silent: true
reads:
  - entity: shipment_lines
    side: left
    where: direction = 'transfer_out'
    plant: if(to_plant = '', toString(plant), toString(to_plant))
    key: [order_no, order_line_no]
    quantity: quantity
    changed_at: if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)
  - entity: shipment_lines
    side: right
    where: direction IN ('transfer_in', 'transfer_loss')
    key: [order_no, order_line_no]
    quantity: quantity
    # a part that has arrived makes the rest no younger
    changed_at: toDateTime64(0, 3, 'UTC')
*/
SELECT compared.plant AS plant, key, kh,
  multiIf(left_quantity - right_quantity > {tolerance:Decimal(24, 6)}, 'transfer_short', right_quantity - left_quantity > {tolerance:Decimal(24, 6)}, 'transfer_over', '') AS class,
  compared.item AS item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(right_quantity - left_quantity) * costs.standard_cost AS Decimal(38, 6)) AS amount,
  costs.currency AS currency,
  changed_at
FROM compared
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = compared.plant AND costs.item = compared.item
