-- How the newest run of each check in each plant ended, the newest first.
SELECT check, plant, argMax(outcome, number) AS ended, argMax(reason, number) AS why, max(started_at) AS last_at
FROM latest_runs
WHERE plant IN {plants:Array(String)} AND started_at >= {since:DateTime64(3, 'UTC')}
GROUP BY check, plant
ORDER BY last_at DESC
