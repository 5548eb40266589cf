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
classes:
  quantity: Stock quantity differs
evidence:
  - entity: inventory_positions
    key: arrayStringConcat(arrayFilter(part -> part != '', [location, item, batch]), '/')
  - entity: stock_movements
    key: arrayStringConcat(arrayFilter(part -> part != '', [location, item, batch]), '/')
*/
WITH
positions AS (
  SELECT plant, location, item, batch, system IN {left_systems:Array(String)} AS is_left, quantity, unit, unit_cost, currency
  FROM inventory_positions FINAL
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
),
movements AS (
  SELECT plant, location, item, batch, ref, system IN {left_systems:Array(String)} AS is_left, quantity, occurred_at,
    {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] - toIntervalMillisecond({grace_ms:UInt64}) AS settled_at
  FROM stock_movements FINAL
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
),
-- per business reference: what the right side has moved more than the left, and whether all of it is still young
unbalanced AS (
  SELECT plant, location, item, batch, ref, sum(if(is_left, -quantity, quantity)) AS moved, min(occurred_at) AS first_at, first_at > any(settled_at) AS is_flying
  FROM movements
  GROUP BY plant, location, item, batch, ref
  HAVING moved != 0
),
-- what flies is netted; the oldest of what has settled says since when the sides disagree
references AS (
  SELECT plant, location, item, batch, sumIf(moved, is_flying) AS quantity, minIf(first_at, NOT is_flying) AS settled_since
  FROM unbalanced
  GROUP BY plant, location, item, batch
),
sides AS (
  SELECT plant, location, item, batch, is_left, NOT is_left AS is_right, quantity, toDecimal128(0, 6) AS flying, unit, if(is_left, unit_cost, 0) AS cost, if(is_left, currency, '') AS cost_currency, toDateTime64(0, 3, 'UTC') AS settled_since
  FROM positions
  UNION ALL
  SELECT plant, location, item, batch, 0, 0, 0, quantity, '', 0, '', settled_since FROM references
),
compared AS (
  SELECT plant, location, item, batch,
    sumIf(quantity, is_left) AS left_quantity, sumIf(quantity, is_right) AS right_quantity,
    right_quantity - left_quantity - sum(flying) AS residual,
    countIf(is_left) AS left_count, countIf(is_right) AS right_count,
    max(unit) AS base_unit, max(cost) AS position_cost, max(cost_currency) AS position_currency, max(settled_since) AS disagree_since
  FROM sides
  GROUP BY plant, location, item, batch
)
SELECT
  compared.plant AS plant,
  arrayStringConcat(arrayFilter(part -> part != '', [location, compared.item, batch]), '/') AS key,
  if(abs(residual) > {tolerance:Decimal(24, 6)}, 'quantity', '') AS class,
  compared.item AS item,
  '' AS order_no,
  left_count AS left_rows,
  right_count AS right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(residual AS Decimal(38, 6))) AS difference,
  base_unit AS unit,
  CAST(abs(residual) * if(position_cost > 0, position_cost, items.standard_cost) AS Decimal(38, 6)) AS amount,
  if(position_cost > 0, position_currency, items.currency) AS currency,
  -- the grace has been taken care of above, per movement; no moment where no movement explains the difference
  disagree_since AS changed_at
FROM compared
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM items FINAL WHERE NOT deleted) AS items ON items.plant = compared.plant AND items.item = compared.item
