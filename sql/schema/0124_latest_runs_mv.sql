-- What was judged again of the past is not the newest.
CREATE MATERIALIZED VIEW IF NOT EXISTS latest_runs_mv /*on cluster*/ TO latest_runs AS
SELECT *, toUInt64(run) AS number
FROM runs
WHERE kind != 'as_of'
