-- What a run let pass within tolerance, the most valuable first.
SELECT key, item, difference, unit, amount_reporting AS amount
FROM tolerated
WHERE run = {run:String}
ORDER BY abs(amount_reporting) DESC, key
LIMIT 200
