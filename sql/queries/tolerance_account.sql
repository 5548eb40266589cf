-- What tolerance lets pass in each plant, as the newest run of each check found that compared every key: how many keys,
-- what all of them are worth, and what is left when more and less are set off.
SELECT check, plant, argMax(runs.tolerated, number) AS keys, argMax(runs.tolerated_amount, number) AS amount,
  argMax(runs.tolerated_net, number) AS net, argMax(runs.clock, number) AS clock
FROM (
  SELECT check, plant, tolerated, tolerated_amount, tolerated_net, clock, toUInt64(run) AS number FROM runs
  WHERE kind = 'full' AND outcome = 'ok' AND started_at >= {since:DateTime64(3, 'UTC')}
) AS runs
GROUP BY check, plant
