-- The proof a run is chained to: that of the run before it in its check and plant; '' for the first.
SELECT argMax(proof, toUInt64(run)) AS proof
FROM runs
WHERE check = {check:String} AND plant = {plant:String} AND toUInt64(run) < {run:UInt64}
