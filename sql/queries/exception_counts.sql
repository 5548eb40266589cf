-- Open cases and value per plant and check, and how much of it sums over checks count.
SELECT plant, check, toUInt32(count()) AS cases, sum(amount_reporting) AS amount, sum(exceptions.counted) AS counted, toUInt32(countIf(since < {aged:DateTime64(3, 'UTC')})) AS aged_cases,
  toUInt32(countIf(severity IN ('high', 'critical'))) AS serious_cases
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)}
GROUP BY plant, check
