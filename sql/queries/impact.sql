-- Open value by plant, check and class, as far as no other check counts it.
SELECT plant, check, class, toUInt32(count()) AS cases, sum(counted) AS amount, min(since) AS first_since, argMin(severity, -toInt64(indexOf(['low', 'medium', 'high', 'critical'], severity))) AS severity, any(team) AS team
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)}
GROUP BY plant, check, class
ORDER BY amount DESC
