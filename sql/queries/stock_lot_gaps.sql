-- The lots of a plant: what either side has of each, all locations and stock types together, as they stand. A gap is one
-- that one side has and the other does not know, or knows as nothing, and that neither has touched since `settled`, so
-- that what is in flight is none. Gaps first, the dearest of them before; with how many lots and gaps there are. Worth as in
-- stock_negative.
SELECT item, batch, left_quantity, right_quantity, unit, since, amount, is_gap, toUInt32(count() OVER ()) AS lots, toUInt32(countIf(is_gap) OVER ()) AS gaps
FROM (
  SELECT item, batch, sumIf(quantity, system IN {left_systems:Array(String)}) AS left_quantity, sumIf(quantity, system IN {right_systems:Array(String)}) AS right_quantity,
    any(positions.unit) AS unit, max(occurred_at) AS since, ((left_quantity = 0) != (right_quantity = 0)) AND since <= {settled:DateTime64(3, 'UTC')} AS is_gap,
    CAST(divideDecimal(abs(right_quantity - left_quantity) * max(unit_cost * toDecimal64(transform(toString(currency), {currencies:Array(String)}, {rates:Array(String)}, '1'), 9)), {into:Decimal(18, 9)}, 6) AS Decimal(38, 6)) AS amount
  FROM inventory_positions AS positions FINAL
  WHERE plant = {plant:String} AND batch != '' AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
  GROUP BY item, batch
)
ORDER BY is_gap DESC, amount DESC, item, batch
LIMIT {limit:UInt32}
