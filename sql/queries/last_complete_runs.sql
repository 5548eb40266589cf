-- The last complete run of a check in each plant, and the last that compared every key: what the next goes on from.
SELECT plant, argMax(runs.run, number) AS run, argMax(runs.cut, number) AS cut, argMax(runs.clock, number) AS clock,
  argMax(runs.rule, number) AS rule, argMaxIf(runs.compared, number, kind = 'full') AS compared,
  argMaxIf(runs.left_rows, number, kind = 'full') AS left_rows, argMaxIf(runs.right_rows, number, kind = 'full') AS right_rows,
  argMaxIf(runs.variances + runs.in_grace, number, kind = 'full') AS found
FROM (SELECT *, toUInt64(run) AS number FROM runs WHERE check = {check:String} AND outcome = 'ok' AND kind != 'as_of') AS runs
GROUP BY plant
