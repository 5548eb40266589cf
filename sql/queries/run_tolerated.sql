-- What a run let pass within tolerance, the most valuable first; `money` is plant or reporting.
SELECT key, item, difference, unit, if({money:String} = 'plant', amount_plant, amount_reporting) AS amount
FROM tolerated
WHERE run = {run:String}
ORDER BY abs(amount_reporting) DESC, key
LIMIT 200
