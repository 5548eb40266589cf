/*
title: Inventory on hand
short: Inventory
description: What the ERP has on its books at a location against what the warehouse counts there. Movements one side has posted and the other has not are in flight until the grace ends; the rest is the variance. Goods that are weighed (flag catch_weight of the item) may differ by a percentage; stock below zero is found even where both sides have it so.
left: erp
right: wms
record: wms
flow: order_to_cash
schedule: '0 * * * * *'
grace: 10m
tolerance: '0'
# of goods that are weighed piece by piece: percent of the larger side
tolerance_percent: '0.5'
materiality: '5000'
measure: inventory
matching: sums
classes:
  quantity: Stock quantity differs
  negative_stock: Stock is negative
severity:
  negative_stock: high
reads:
  - entity: inventory_positions
    side: left
    # what is on its way is not on hand
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch, owner]
    quantity: quantity
    price: unit_cost
  - entity: inventory_positions
    side: right
    where: mapped(stock_type) != 'in_transit'
    key: [mapped(location), item, batch, owner]
    quantity: quantity
# a stock below zero is wrong on both sides alike
suspect: quantity < 0
bridge:
  entity: stock_movements
  ref: ref
  key: [mapped(location), item, batch, owner]
  quantity: if(mapped(stock_type) = 'in_transit', 0, quantity)
*/
WITH
costs AS (
  SELECT plant, item, standard_cost, currency, has(splitByRegexp('[,; ]+', toString(flags)), 'catch_weight') AS is_weighed
  FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}
),
residuals AS (
  SELECT compared.*, right_quantity - left_quantity - flying AS residual, least(left_quantity, right_quantity) AS lowest,
    greatest(abs(left_quantity), abs(right_quantity)) AS most,
    standard_cost, costs.currency AS cost_currency,
    abs(residual) > {tolerance:Decimal(24, 6)}
      AND NOT (is_weighed AND abs(residual) * 100 <= CAST({tolerance_percent:Decimal(24, 6)} AS Decimal(38, 6)) * most) AS differs
  FROM compared
  LEFT ANY JOIN costs ON costs.plant = compared.plant AND costs.item = compared.item
),
-- movements that have settled and are not on both sides: the oldest says since when the sides disagree
settled AS (
  SELECT plant, key, min(first_at) AS disagree_since
  FROM (
    SELECT plant, arrayStringConcat(arrayFilter(part -> part != '', [mapped(location), item, batch, owner]), '/') AS key, ref, min(occurred_at) AS first_at,
      sum(if(system IN {left_systems:Array(String)}, -quantity, quantity)) AS moved
    FROM state(stock_movements)
    WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
      AND mapped(stock_type) != 'in_transit' AND (plant, item) IN (SELECT plant, item FROM residuals WHERE differs)
    GROUP BY plant, key, ref
    HAVING moved != 0 AND first_at <= {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] - toIntervalMillisecond({grace_ms:UInt64})
  )
  GROUP BY plant, key
)
SELECT residuals.plant AS plant, residuals.key AS key, kh,
  multiIf(lowest < 0, 'negative_stock', differs, 'quantity', '') AS class,
  residuals.item AS item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(residual AS Decimal(38, 6))) AS difference,
  unit,
  CAST(greatest(abs(residual), -lowest) * if(left_price > 0, left_price, standard_cost) AS Decimal(38, 6)) AS amount,
  if(left_price > 0, left_currency, cost_currency) AS currency,
  multiIf(
    -- the grace has been taken care of above, per movement; no moment where no movement explains the difference
    differs, disagree_since,
    -- below zero only while one of them waits for a movement that the other has
    flying != 0, {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, residuals.plant)],
    toDateTime64(0, 3, 'UTC')) AS changed_at
FROM residuals
LEFT ANY JOIN settled ON settled.plant = residuals.plant AND settled.key = residuals.key
