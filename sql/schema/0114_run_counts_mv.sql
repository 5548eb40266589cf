CREATE MATERIALIZED VIEW IF NOT EXISTS run_counts_mv /*on cluster*/ TO run_counts AS
SELECT run, sum(check_rows.left_rows) AS left_rows, sum(check_rows.right_rows) AS right_rows, count() AS compared,
  countIf(class != '' AND check_rows.in_grace) AS in_grace, countIf(class != '' AND NOT check_rows.in_grace) AS variances,
  sumIf(amount_reporting, class != '' AND NOT check_rows.in_grace) AS amount
FROM check_rows
GROUP BY run
