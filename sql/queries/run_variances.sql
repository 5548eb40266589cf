-- What a run found, largest first, with the case each belongs to and the cause that case has now; `money` is plant or reporting.
SELECT found.key AS key, found.class AS class, found.item AS item, found.left_value AS left_value, found.right_value AS right_value, found.difference AS difference,
  if({money:String} = 'plant', found.amount_plant, found.amount_reporting) AS amount, found.in_grace AS in_grace, found.since AS since, toUInt32(cases.number) AS exception, cases.cause AS cause
FROM (SELECT * FROM variances WHERE run = {run:String}) AS found
LEFT ANY JOIN (
  SELECT check, plant, key, class, max(exception_cases.number) AS number, argMax(exception_cases.cause, exception_cases.number) AS cause
  FROM exception_cases FINAL
  WHERE (check, plant) IN (SELECT check, plant FROM runs WHERE run = {run:String})
  GROUP BY check, plant, key, class
) AS cases
  ON cases.check = found.check AND cases.plant = found.plant AND cases.key = found.key AND cases.class = found.class
ORDER BY found.in_grace, found.amount_reporting DESC
LIMIT 2000
