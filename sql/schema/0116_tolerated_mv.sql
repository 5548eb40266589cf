CREATE MATERIALIZED VIEW IF NOT EXISTS tolerated_mv /*on cluster*/ TO tolerated AS
SELECT run, check, plant, key, item, difference, unit,
  CAST(if(difference < 0, -amount_reporting, amount_reporting) AS Decimal(38, 6)) AS amount_reporting,
  CAST(if(difference < 0, -check_rows.amount_plant, check_rows.amount_plant) AS Decimal(38, 6)) AS amount_plant
FROM check_rows
WHERE class = '' AND amount_reporting != 0
