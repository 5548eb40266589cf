-- Open value by plant, check and class, as far as no other check counts it; `money` is plant or reporting. Of all checks
-- where none is named.
SELECT plant, check, class, toUInt32(count()) AS cases, sum(if({money:String} = 'plant', if(counted = 0, toDecimal128(0, 6), amount_plant), counted)) AS amount, min(since) AS first_since, argMin(severity, -toInt64(indexOf(['low', 'medium', 'high', 'critical'], severity))) AS severity, any(team) AS team
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)}
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
GROUP BY plant, check, class
ORDER BY amount DESC
