-- The proof of the newest run of a check in each plant: the next run is chained to it.
SELECT plant, argMax(runs.proof, toUInt64(run)) AS proof FROM runs WHERE check = {check:String} GROUP BY plant
