-- How the last run of each check in each plant ended, and when one was complete at last; the first run where none was.
SELECT check, plant, argMax(runs.run, number) AS last_run, argMax(toString(runs.outcome), number) AS last_outcome,
  argMax(runs.reason, number) AS last_reason, max(runs.started_at) AS last_at,
  toBool(countIf(runs.outcome = 'ok') > 0) AS has_complete,
  if(has_complete, maxIf(runs.started_at, runs.outcome = 'ok'), min(runs.started_at)) AS complete_at
FROM (SELECT *, toUInt64(run) AS number FROM runs WHERE kind != 'as_of' AND started_at >= {since:DateTime64(3, 'UTC')}) AS runs
GROUP BY check, plant
