-- Positions below zero as they stand, on either side, the dearest first, with how many there are altogether; worth
-- in the currency of which one unit is worth `into` in the reporting currency.
SELECT system, location, item, batch, stock_type, quantity, unit, currency, occurred_at AS since,
  CAST(divideDecimal(quantity * unit_cost * toDecimal64(transform(toString(currency), {currencies:Array(String)}, {rates:Array(String)}, '1'), 9), {into:Decimal(18, 9)}, 6) AS Decimal(38, 6)) AS amount,
  toUInt32(count() OVER ()) AS total
FROM inventory_positions FINAL
WHERE plant = {plant:String} AND system IN {systems:Array(String)} AND quantity < 0 AND NOT deleted
ORDER BY amount, quantity, system, location, item, batch
LIMIT {limit:UInt32}
