-- What tolerance lets pass in each plant, as the newest run of each check found that compared every key: how many keys,
-- what all of them are worth, and what is left when more and less are set off; `money` is plant or reporting, and
-- `net_worth` is always the latter.
SELECT check, plant, argMax(runs.tolerated, number) AS keys, argMax(if({money:String} = 'plant', runs.tolerated_amount_plant, runs.tolerated_amount), number) AS amount,
  argMax(if({money:String} = 'plant', runs.tolerated_net_plant, runs.tolerated_net), number) AS net, argMax(runs.tolerated_net, number) AS net_worth, argMax(runs.clock, number) AS clock
FROM (
  SELECT check, plant, tolerated, tolerated_amount, tolerated_net, tolerated_amount_plant, tolerated_net_plant, clock, toUInt64(run) AS number FROM runs
  WHERE kind = 'full' AND outcome = 'ok' AND started_at >= {since:DateTime64(3, 'UTC')}
) AS runs
GROUP BY check, plant
