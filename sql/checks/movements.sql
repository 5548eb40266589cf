/*
title: Stock movements
short: Movements
description: What the warehouse moved against what the ERP posted of it, per reference and item - whether it is there, how much, which way, once only, and at which location and batch.
left: wms
right: erp
record: wms
flow: order_to_cash
schedule: '0 * * * * *'
grace: 2h
tolerance: '0'
materiality: '5000'
measure: inventory
matching: states
near: 5
classes:
  movement_not_in_erp: Movement missing in ERP
  movement_not_in_wms: Movement missing in warehouse
  movement_duplicate: Movement posted twice
  movement_sign: Movement posted the wrong way
  movement_quantity: Moved quantity differs
  movement_place: Moved at another location or batch
counted_by:
  movement_not_in_erp: inventory_on_hand
  movement_not_in_wms: inventory_on_hand
  movement_duplicate: inventory_on_hand
  movement_sign: inventory_on_hand
  movement_quantity: inventory_on_hand
  movement_place: inventory_on_hand
severity:
  movement_duplicate: high
reads:
  - entity: stock_movements
    side: left
    key: [ref, item]
    quantity: quantity
    state: concat(mapped(location), ' ', batch)
  - entity: stock_movements
    side: right
    key: [ref, item]
    quantity: quantity
    state: concat(mapped(location), ' ', batch)
*/
WITH judged AS (
  SELECT *,
    mapFilter((place, moved) -> moved != 0, left_sums) AS left_places,
    mapFilter((place, moved) -> moved != 0, right_sums) AS right_places,
    multiIf(
      -- what was posted and taken back is nothing, whoever knows of it; many postings of one side may be one of the other
      abs(right_quantity - left_quantity) <= {tolerance:Decimal(24, 6)}, if(left_quantity = right_quantity AND left_places != right_places, 'movement_place', ''),
      right_rows = 0, 'movement_not_in_erp',
      left_rows = 0, 'movement_not_in_wms',
      left_rows != right_rows AND left_quantity != 0 AND right_quantity * left_rows = left_quantity * right_rows, 'movement_duplicate',
      right_quantity = -left_quantity, 'movement_sign',
      'movement_quantity') AS class
  FROM compared
)
SELECT judged.plant AS plant, key, kh, class, judged.item AS item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'movement_place', trimBoth(arrayStringConcat(mapKeys(left_places), ', ')), toString(left_quantity)) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'movement_place', trimBoth(arrayStringConcat(mapKeys(right_places), ', ')), toString(right_quantity)) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(if(class = 'movement_place', abs(left_quantity), abs(right_quantity - left_quantity)) * costs.standard_cost AS Decimal(38, 6)) AS amount,
  costs.currency AS currency,
  changed_at
FROM judged
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = judged.plant AND costs.item = judged.item
