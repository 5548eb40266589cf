-- The proof of the newest run of each of these checks in each plant: the next run is chained to it.
SELECT check, plant, argMax(runs.proof, toUInt64(run)) AS proof FROM runs WHERE check IN {checks:Array(String)} GROUP BY check, plant
