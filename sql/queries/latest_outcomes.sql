-- How the newest run of each check in each plant ended, the newest first.
SELECT check, plant, argMax(outcome, toUInt64(run)) AS ended, argMax(reason, toUInt64(run)) AS why, max(started_at) AS last_at
FROM runs
WHERE kind != 'as_of' AND plant IN {plants:Array(String)} AND started_at >= {since:DateTime64(3, 'UTC')}
GROUP BY check, plant
ORDER BY last_at DESC
