-- Open cases and value per plant and check, and how much of it sums over checks count; `money` is plant or reporting, the
-- currency of both. `worth` and `counted_worth` are the same in the reporting currency, for sums over plants.
-- Of all checks where none is named.
SELECT plant, check, toUInt32(count()) AS cases, sum(if({money:String} = 'plant', amount_plant, amount_reporting)) AS amount, sum(if({money:String} = 'plant', if(exceptions.counted = 0, toDecimal128(0, 6), amount_plant), exceptions.counted)) AS counted,
  sum(amount_reporting) AS worth, sum(exceptions.counted) AS counted_worth, toUInt32(countIf(since < {aged:DateTime64(3, 'UTC')})) AS aged_cases,
  toUInt32(countIf(severity IN ('high', 'critical'))) AS serious_cases
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)}
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
GROUP BY plant, check
