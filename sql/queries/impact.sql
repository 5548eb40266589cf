-- Open cases by plant, check, class and cause: what they are worth, and how much of it no other check counts; `money` is plant or
-- reporting; `worth` and `counted_worth` are the same in the reporting currency, for sums over plants. Of all checks where none is named.
SELECT plant, check, class, cause, toUInt32(count()) AS cases,
  sum(if({money:String} = 'plant', if(exception_cases.counted = 0, toDecimal128(0, 6), amount_plant), exception_cases.counted)) AS amount,
  sum(if({money:String} = 'plant', amount_plant, amount_reporting)) AS whole_amount,
  sum(amount_reporting) AS worth, sum(exception_cases.counted) AS counted_worth, min(since) AS first_since,
  argMin(severity, -toInt64(indexOf(['low', 'medium', 'high', 'critical'], severity))) AS severity, any(team) AS team,
  toUInt32(countIf(since < {aged:DateTime64(3, 'UTC')})) AS aged_cases, toUInt32(countIf(exception_cases.severity IN ('high', 'critical'))) AS serious_cases
FROM exception_cases FINAL
WHERE state = 'open' AND plant IN {plants:Array(String)}
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
GROUP BY plant, check, class, cause
ORDER BY amount DESC
