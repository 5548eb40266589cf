-- The runs that judged the cut of a run again, newest first.
SELECT run, started_at, rule, variances, in_grace, result_hash FROM runs WHERE of_run = {run:String} ORDER BY toUInt64(run) DESC LIMIT 20
