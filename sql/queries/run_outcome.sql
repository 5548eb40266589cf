-- What the runs compared and found, and what that did to the cases.
SELECT counts.run AS run, left_rows, right_rows, compared, in_grace, variances, amount, toUInt32(opened) AS opened, toUInt32(closed) AS closed
FROM (
  SELECT run, sum(run_counts.left_rows) AS left_rows, sum(run_counts.right_rows) AS right_rows, sum(run_counts.compared) AS compared,
    sum(run_counts.in_grace) AS in_grace, sum(run_counts.variances) AS variances, sum(run_counts.amount) AS amount
  FROM run_counts
  WHERE run IN {runs:Array(String)}
  GROUP BY run
) AS counts
LEFT JOIN (
  SELECT run, countIf(act = 'opened') AS opened, countIf(act = 'closed') AS closed
  FROM exception_steps
  WHERE run IN {runs:Array(String)}
  GROUP BY run
) AS acts ON acts.run = counts.run
