-- What the open cases of each check that nobody has accepted are worth in each plant, in the reporting currency, as far
-- as no other check counts it.
SELECT check, plant, toUInt32(count()) AS cases, min(number) AS first, sum(counted) AS amount,
  toUInt32(uniqExactIf(order_no, order_no != '')) AS orders, min(since) AS first_since
FROM exceptions
WHERE state = 'open' AND status != 'accepted'
GROUP BY check, plant
