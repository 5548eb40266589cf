-- What tolerance let pass in all plants together at moments of the past, more and less set off: per plant the last run
-- before each moment that compared every key. `money` is plant, where there is one, or reporting.
SELECT check, moments.at AS at, sum(if({money:String} = 'plant', past.tolerated_net_plant, past.tolerated_net)) AS net, toUInt32(countIf(past.run != '')) AS answered
FROM (
  SELECT toDateTime64(arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})), 3, 'UTC') AS at,
    arrayJoin({plants:Array(String)}) AS plant, arrayJoin({checks:Array(String)}) AS check
) AS moments
ASOF LEFT JOIN (
  SELECT toString(plant) AS plant, toString(check) AS check, clock, tolerated_net, tolerated_net_plant, run FROM runs
  WHERE outcome = 'ok' AND kind = 'full' AND check IN {checks:Array(String)} AND clock >= {from:DateTime64(3, 'UTC')} - INTERVAL 2 DAY
) AS past ON past.plant = moments.plant AND past.check = moments.check AND moments.at >= past.clock
GROUP BY check, moments.at
ORDER BY check, moments.at
