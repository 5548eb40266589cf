-- What the runs compared and found, and what that did to the cases.
SELECT counts.run AS run, left_rows, right_rows, judged, in_grace, variances, amount, tolerated, tolerated_amount, tolerated_net, amount_plant, tolerated_amount_plant, tolerated_net_plant,
  toUInt32(opened) AS opened, toUInt32(closed) AS closed
FROM (
  SELECT run, sum(run_counts.left_rows) AS left_rows, sum(run_counts.right_rows) AS right_rows, sum(run_counts.compared) AS judged,
    sum(run_counts.in_grace) AS in_grace, sum(run_counts.variances) AS variances, sum(run_counts.amount) AS amount,
    sum(run_counts.tolerated) AS tolerated, sum(run_counts.tolerated_amount) AS tolerated_amount, sum(run_counts.tolerated_net) AS tolerated_net,
    sum(run_counts.amount_plant) AS amount_plant, sum(run_counts.tolerated_amount_plant) AS tolerated_amount_plant, sum(run_counts.tolerated_net_plant) AS tolerated_net_plant
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
