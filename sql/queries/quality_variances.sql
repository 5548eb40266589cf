-- Keys that differed out of grace in the runs named, dearest first, with the case each belongs to.
SELECT found.run AS run, found.check AS check, found.plant AS plant, found.key AS key, found.class AS class, found.left_value AS left_value, found.right_value AS right_value,
  found.since AS since, found.amount_reporting AS amount, toUInt32(cases.number) AS exception, toUInt32(count() OVER ()) AS total
FROM (SELECT * FROM variances WHERE run IN {runs:Array(String)} AND NOT in_grace) AS found
LEFT ANY JOIN (SELECT check, plant, key, class, max(number) AS number FROM exception_steps GROUP BY check, plant, key, class) AS cases
  ON cases.check = found.check AND cases.plant = found.plant AND cases.key = found.key AND cases.class = found.class
ORDER BY found.amount_reporting DESC, check, plant, key
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
