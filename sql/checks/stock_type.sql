/*
title: Stock by type
short: Stock type
description: Which part of the stock at a location is usable, in quality inspection, blocked or returned, as the ERP and the warehouse have it. That there is more on one side than on the other is for the check of inventory on hand; this one finds the same goods shown as another type, and types nobody has explained. What is in transit is neither.
left: erp
right: wms
record: wms
flow: order_to_cash
schedule: '0 * * * * *'
grace: 1h
tolerance: '0'
materiality: '5000'
measure: inventory
matching: states
classes:
  shown_usable: Held back on one side, usable on the other
  type_differs: Held back as another type
  type_unknown: Stock type that nobody has explained
severity:
  shown_usable: critical
reads:
  - entity: inventory_positions
    side: left
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch, owner]
    quantity: quantity
    price: unit_cost
    # a type that is not explained is the system's own, and never the other's
    state: multiIf(mapped(stock_type) = '', 'unrestricted', mapped(stock_type) IN ('unrestricted', 'quality', 'blocked', 'returns'), mapped(stock_type), concat(mapped(stock_type), ' of ', system))
    # usable stock moves all the time; since when the sides disagree is said by what is held back
    changed_at: if(mapped(stock_type) IN ('', 'unrestricted'), toDateTime64(0, 3, 'UTC'), occurred_at)
  - entity: inventory_positions
    side: right
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch, owner]
    quantity: quantity
    state: multiIf(mapped(stock_type) = '', 'unrestricted', mapped(stock_type) IN ('unrestricted', 'quality', 'blocked', 'returns'), mapped(stock_type), concat(mapped(stock_type), ' of ', system))
    changed_at: if(mapped(stock_type) IN ('', 'unrestricted'), toDateTime64(0, 3, 'UTC'), occurred_at)
explains:
  entity: stock_movements
  ref: ref
  number: movement_no
  says: movement_type
  where: mapped(stock_type) != 'in_transit'
  key: [mapped(location), item, batch, owner]
  state: multiIf(mapped(stock_type) = '', 'unrestricted', mapped(stock_type) IN ('unrestricted', 'quality', 'blocked', 'returns'), mapped(stock_type), concat(mapped(stock_type), ' of ', system))
*/
WITH
types AS (
  SELECT *,
    arraySort(arrayFilter(type -> left_sums[type] != 0 OR right_sums[type] != 0, arrayDistinct(arrayConcat(mapKeys(left_sums), mapKeys(right_sums))))) AS held,
    arrayFirst(type -> type NOT IN ('unrestricted', 'quality', 'blocked', 'returns'), held) AS unknown,
    right_sums['unrestricted'] - left_sums['unrestricted'] AS usable,
    -- of the types that are held back: what the right side has more of, and what it has less of
    arraySum(arrayMap(type -> greatest(right_sums[type] - left_sums[type], toDecimal128(0, 6)), arrayFilter(type -> type != 'unrestricted', held))) AS more,
    arraySum(arrayMap(type -> greatest(left_sums[type] - right_sums[type], toDecimal128(0, 6)), arrayFilter(type -> type != 'unrestricted', held))) AS less,
    -- goods that are usable for one side and held back by the other
    if(usable < 0, least(-usable, more), if(usable > 0, least(usable, less), toDecimal128(0, 6))) AS shown
  FROM compared
),
judged AS (
  SELECT *,
    multiIf(unknown != '', 'type_unknown', shown > {tolerance:Decimal(24, 6)}, 'shown_usable', least(more, less) > {tolerance:Decimal(24, 6)}, 'type_differs', '') AS class,
    multiIf(class = 'type_unknown', left_sums[unknown] + right_sums[unknown], class = 'shown_usable', if(usable < 0, -shown, shown), class = 'type_differs', least(more, less), toDecimal128(0, 6)) AS moved
  FROM types
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  arrayStringConcat(arrayMap(type -> concat(type, ' ', toString(left_sums[type])), arrayFilter(type -> left_sums[type] != 0, held)), ', ') AS left_value,
  arrayStringConcat(arrayMap(type -> concat(type, ' ', toString(right_sums[type])), arrayFilter(type -> right_sums[type] != 0, held)), ', ') AS right_value,
  toNullable(CAST(moved AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(moved) * if(left_price > 0, left_price, costs.standard_cost) AS Decimal(38, 6)) AS amount,
  if(left_price > 0, left_currency, costs.currency) AS currency,
  changed_at
FROM judged
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = judged.plant AND costs.item = judged.item
