-- The newest run of each check in each plant, whatever its outcome, unless it is older than a moment. Of all checks where
-- none is named.
SELECT * EXCEPT number FROM latest_runs
WHERE plant IN {plants:Array(String)} AND started_at >= {since:DateTime64(3, 'UTC')}
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
ORDER BY number DESC
LIMIT 1 BY check, plant
