-- What the stock is worth in the reporting currency, per plant, on the side of `systems`.
SELECT plant, sum(CAST(quantity * unit_cost AS Decimal(38, 6)) * toDecimal64(transform(toString(currency), {currencies:Array(String)}, {rates:Array(String)}, '1'), 9)) AS amount
FROM inventory_positions FINAL
WHERE plant IN {plants:Array(String)} AND system IN {systems:Array(String)} AND NOT deleted
GROUP BY plant
