-- What each run would open that is not open yet, with when its plant's hold began and was last released.
SELECT found.run AS run, found.plant AS plant, count() AS fresh, sum(found.amount_reporting) AS amount,
  any(hold.began) AS held_since, any(hold.number) AS held_case, any(hold.step) AS held_step, any(release.at) AS released_at
FROM (
  SELECT run, plant, key, class, amount_reporting FROM variances
  WHERE run IN {runs:Array(String)} AND check = {check:String} AND NOT in_grace
) AS found
LEFT ANTI JOIN (SELECT plant, key, class FROM exceptions WHERE check = {check:String} AND state = 'open') AS open
  ON open.plant = found.plant AND open.key = found.key AND open.class = found.class
LEFT ANY JOIN (SELECT plant, number, step, opened_at AS began FROM exceptions WHERE check = {check:String} AND state = 'open' AND class = 'runaway') AS hold
  ON hold.plant = found.plant
LEFT ANY JOIN (SELECT plant, max(releases.at) AS at FROM releases WHERE check = {check:String} GROUP BY plant) AS release ON release.plant = found.plant
GROUP BY found.run, found.plant
