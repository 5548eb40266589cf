-- What each run would open that is not open yet, with when the hold of its check and plant began and was last released.
SELECT found.run AS run, found.check AS check, found.plant AS plant, count() AS fresh, sum(found.amount_reporting) AS amount, sum(found.amount_plant) AS amount_plant,
  any(hold.began) AS held_since, any(hold.number) AS held_case, any(hold.step) AS held_step, any(release.at) AS released_at
FROM (
  SELECT run, check, plant, key, class, amount_reporting, amount_plant FROM variances
  WHERE run IN {runs:Array(String)} AND NOT in_grace
) AS found
LEFT ANTI JOIN (SELECT check, plant, key, class FROM exceptions WHERE check IN {checks:Array(String)} AND state = 'open') AS open
  ON open.check = found.check AND open.plant = found.plant AND open.key = found.key AND open.class = found.class
LEFT ANY JOIN (SELECT check, plant, number, step, opened_at AS began FROM exceptions WHERE check IN {checks:Array(String)} AND state = 'open' AND class = 'runaway') AS hold
  ON hold.check = found.check AND hold.plant = found.plant
LEFT ANY JOIN (SELECT check, plant, max(releases.at) AS at FROM releases WHERE check IN {checks:Array(String)} GROUP BY check, plant) AS release
  ON release.check = found.check AND release.plant = found.plant
GROUP BY found.run, found.check, found.plant
