-- Open cases by plant, check and class: what they are worth, and how much of it no other check counts.
SELECT plant, check, class, toUInt32(count()) AS cases, sum(exception_cases.counted) AS amount, sum(amount_reporting) AS whole_amount, min(since) AS first_since,
  argMin(severity, -toInt64(indexOf(['low', 'medium', 'high', 'critical'], severity))) AS severity, any(team) AS team,
  toUInt32(countIf(since < {aged:DateTime64(3, 'UTC')})) AS aged_cases, toUInt32(countIf(exception_cases.severity IN ('high', 'critical'))) AS serious_cases
FROM exception_cases FINAL
WHERE state = 'open' AND plant IN {plants:Array(String)}
GROUP BY plant, check, class
ORDER BY amount DESC
