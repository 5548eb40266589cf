-- What runs found, as one number each: two sums over a hash of every variance, so that the order of rows and of parts
-- does not matter.
SELECT run, toString(sum(row)) AS first, toString(sum(intHash64(row))) AS second, count() AS variances
FROM (
  SELECT run, cityHash64(plant, key, class, item, order_no, left_value, right_value, toString(difference), unit, toString(amount), currency, toString(amount_reporting), toString(amount_plant), since, in_grace) AS row
  FROM variances
  WHERE run IN {runs:Array(String)}
)
GROUP BY run
