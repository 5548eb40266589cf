-- The last complete run of each of these checks in each plant, and the last that compared every key: what the next goes
-- on from.
SELECT check, plant, argMax(runs.run, number) AS run, argMax(runs.cut, number) AS cut, argMax(runs.clock, number) AS clock,
  argMax(runs.rule, number) AS rule, argMax(runs.variances + runs.in_grace, number) AS standing,
  argMaxIf(runs.compared, number, kind = 'full') AS compared,
  argMaxIf(runs.left_rows, number, kind = 'full') AS left_rows, argMaxIf(runs.right_rows, number, kind = 'full') AS right_rows,
  argMaxIf(runs.variances + runs.in_grace, number, kind = 'full') AS found
FROM (SELECT *, toUInt64(run) AS number FROM runs WHERE check IN {checks:Array(String)} AND outcome = 'ok' AND kind != 'as_of') AS runs
GROUP BY check, plant
