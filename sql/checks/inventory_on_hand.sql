/*
title: Inventory on hand
short: Inventory
description: What the ERP has on its books at a location against what the warehouse counts there. Movements one side has posted and the other has not are in flight until the grace ends; the rest is the variance.
left: erp
right: wms
record: wms
flow: order_to_cash
schedule: '0 * * * * *'
grace: 10m
tolerance: '0'
materiality: '5000'
measure: inventory
matching: sums
classes:
  quantity: Stock quantity differs
  negative_stock: Stock is negative and differs
severity:
  negative_stock: high
reads:
  - entity: inventory_positions
    side: left
    # what is on its way is not on hand
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch]
    quantity: quantity
    price: unit_cost
  - entity: inventory_positions
    side: right
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch]
    quantity: quantity
bridge:
  entity: stock_movements
  ref: ref
  key: [mapped(location), item, batch]
  quantity: if(mapped(stock_type) = 'in_transit', 0, quantity)
*/
WITH
residuals AS (SELECT *, right_quantity - left_quantity - flying AS residual FROM compared),
-- movements that have settled and are not on both sides: the oldest says since when the sides disagree
settled AS (
  SELECT plant, key, min(first_at) AS disagree_since
  FROM (
    SELECT plant, arrayStringConcat(arrayFilter(part -> part != '', [mapped(location), item, batch]), '/') AS key, ref, min(occurred_at) AS first_at,
      sum(if(system IN {left_systems:Array(String)}, -quantity, quantity)) AS moved
    FROM state(stock_movements)
    WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
      AND mapped(stock_type) != 'in_transit' AND (plant, item) IN (SELECT plant, item FROM residuals WHERE residual != 0)
    GROUP BY plant, key, ref
    HAVING moved != 0 AND first_at <= {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] - toIntervalMillisecond({grace_ms:UInt64})
  )
  GROUP BY plant, key
)
SELECT residuals.plant AS plant, residuals.key AS key, kh,
  multiIf(abs(residual) <= {tolerance:Decimal(24, 6)}, '', left_quantity < 0 OR right_quantity < 0, 'negative_stock', 'quantity') AS class,
  residuals.item AS item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(residual AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(residual) * if(left_price > 0, left_price, costs.standard_cost) AS Decimal(38, 6)) AS amount,
  if(left_price > 0, left_currency, costs.currency) AS currency,
  -- the grace has been taken care of above, per movement; no moment where no movement explains the difference
  disagree_since AS changed_at
FROM residuals
LEFT ANY JOIN settled ON settled.plant = residuals.plant AND settled.key = residuals.key
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = residuals.plant AND costs.item = residuals.item
