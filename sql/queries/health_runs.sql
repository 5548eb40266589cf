-- How the runs of each check went in the range: how long they took, and how many did not come to a verdict; and how the
-- last one ended, in each plant its own.
SELECT check, toUInt32(count()) AS runs, toUInt32(countIf(outcome = 'failed')) AS failed, toUInt32(countIf(outcome = 'incomplete')) AS incomplete,
  toFloat64(quantileExact(0.5)(duration_ms)) AS p50_ms, toFloat64(quantileExact(0.95)(duration_ms)) AS p95_ms, toFloat64(max(duration_ms)) AS max_ms,
  max(runs.started_at) AS last_at, toUInt32(uniqExactIf(plant, outcome = 'failed' AND (plant, toUInt64(run)) IN (
    SELECT plant, max(toUInt64(run)) FROM runs WHERE runs.started_at >= {from:DateTime64(3, 'UTC')} AND kind != 'as_of' GROUP BY check, plant
  ))) AS plants_failing
FROM runs
WHERE runs.started_at >= {from:DateTime64(3, 'UTC')} AND runs.started_at < {to:DateTime64(3, 'UTC')} AND kind != 'as_of'
GROUP BY check
ORDER BY p95_ms DESC, check
