CREATE MATERIALIZED VIEW IF NOT EXISTS run_counts_mv /*on cluster*/ TO run_counts AS
SELECT run, sum(check_rows.left_rows) AS left_rows, sum(check_rows.right_rows) AS right_rows, count() AS compared,
  countIf(class != '' AND check_rows.in_grace) AS in_grace, countIf(class != '' AND NOT check_rows.in_grace) AS variances,
  sumIf(amount_reporting, class != '' AND NOT check_rows.in_grace) AS amount,
  countIf(class = '' AND amount_reporting != 0) AS tolerated, sumIf(amount_reporting, class = '') AS tolerated_amount,
  sumIf(CAST(if(difference < 0, -amount_reporting, amount_reporting) AS Decimal(38, 6)), class = '') AS tolerated_net,
  sumIf(check_rows.amount_plant, class != '' AND NOT check_rows.in_grace) AS amount_plant, sumIf(check_rows.amount_plant, class = '') AS tolerated_amount_plant,
  sumIf(CAST(if(difference < 0, -check_rows.amount_plant, check_rows.amount_plant) AS Decimal(38, 6)), class = '') AS tolerated_net_plant
FROM check_rows
GROUP BY run
