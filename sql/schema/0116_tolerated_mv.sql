CREATE MATERIALIZED VIEW IF NOT EXISTS tolerated_mv /*on cluster*/ TO tolerated AS
SELECT run, check, plant, key, item, difference, unit,
  CAST(if(difference < 0, -amount_reporting, amount_reporting) AS Decimal(38, 6)) AS amount_reporting
FROM check_rows
WHERE class = '' AND amount_reporting != 0
