/*
title: Stock movements
short: Movements
description: What the warehouse moved against what the ERP posted of it, per reference and item - whether it is there, how much, which way, once only, at which location, batch and owner, in which period of the plant, and - where the estate explains movement types - as which type.
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
  movement_place: Moved at another location, batch or owner
  movement_type: Moved as another type
  movement_period: Posted in another period than it happened
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
    # where, as what, and in which month it counts
    state: concat(trimBoth(concat(mapped(location), ' ', batch, ' ', owner)), '\n', explained(movement_type), '\n', if(posted_at > toDateTime64(0, 3, 'UTC'), period(posted_at), period(occurred_at)))
  - entity: stock_movements
    side: right
    key: [ref, item]
    quantity: quantity
    # where, as what, and in which month it counts
    state: concat(trimBoth(concat(mapped(location), ' ', batch, ' ', owner)), '\n', explained(movement_type), '\n', if(posted_at > toDateTime64(0, 3, 'UTC'), period(posted_at), period(occurred_at)))
*/
WITH
parts AS (
  SELECT *,
    -- by place, by type and by period: what each side moved of it, where that comes to anything
    arrayMap(part -> arrayReduce('sumMap', arrayMap((state, moved) -> map(splitByChar('\n', state)[part], moved), mapKeys(left_sums), mapValues(left_sums))), [1, 2, 3]) AS left_parts,
    arrayMap(part -> arrayReduce('sumMap', arrayMap((state, moved) -> map(splitByChar('\n', state)[part], moved), mapKeys(right_sums), mapValues(right_sums))), [1, 2, 3]) AS right_parts,
    arrayMap(each -> mapFilter((name, moved) -> moved != 0, each), left_parts) AS left_moved,
    arrayMap(each -> mapFilter((name, moved) -> moved != 0, each), right_parts) AS right_moved,
    arrayMap((left, right) -> left != right, left_moved, right_moved) AS unlike
  FROM compared
),
judged AS (
  SELECT *,
    multiIf(
      -- what was posted and taken back is nothing, whoever knows of it; many postings of one side may be one of the other
      abs(right_quantity - left_quantity) <= {tolerance:Decimal(24, 6)},
        if(left_quantity != right_quantity, '', multiIf(unlike[1], 'movement_place', unlike[2], 'movement_type', unlike[3], 'movement_period', '')),
      right_rows = 0, 'movement_not_in_erp',
      left_rows = 0, 'movement_not_in_wms',
      left_rows != right_rows AND left_quantity != 0 AND right_quantity * left_rows = left_quantity * right_rows, 'movement_duplicate',
      right_quantity = -left_quantity, 'movement_sign',
      'movement_quantity') AS class,
    indexOf(['movement_place', 'movement_type', 'movement_period'], class) AS part
  FROM parts
)
SELECT judged.plant AS plant, key, kh, class, judged.item AS item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', part > 0, arrayStringConcat(mapKeys(left_moved[part]), ', '), toString(left_quantity)) AS left_value,
  multiIf(right_rows = 0, 'missing', part > 0, arrayStringConcat(mapKeys(right_moved[part]), ', '), toString(right_quantity)) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(if(part > 0, abs(left_quantity), abs(right_quantity - left_quantity)) * costs.standard_cost AS Decimal(38, 6)) AS amount,
  costs.currency AS currency,
  changed_at
FROM judged
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = judged.plant AND costs.item = judged.item
