-- What items are called, plant by plant: the two lists are read in pairs.
SELECT plant, item, max(items.name) AS item_name
FROM items FINAL
WHERE (plant, item) IN arrayZip({plants:Array(String)}, {items:Array(String)}) AND NOT deleted
GROUP BY plant, item
