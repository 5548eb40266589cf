-- What the stock is worth, per plant, on the side of `systems`: in the currency of which one unit is worth `into` in the
-- reporting currency.
SELECT plant, CAST(divideDecimal(sum(CAST(quantity * unit_cost AS Decimal(38, 6)) * toDecimal64(transform(toString(currency), {currencies:Array(String)}, {rates:Array(String)}, '1'), 9)), {into:Decimal(18, 9)}, 6) AS Decimal(38, 6)) AS amount
FROM inventory_positions FINAL
WHERE plant IN {plants:Array(String)} AND system IN {systems:Array(String)} AND NOT deleted
GROUP BY plant
