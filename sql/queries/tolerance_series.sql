-- What tolerance let pass in all plants together at moments of the past, more and less set off: per plant the last run
-- before each moment that compared every key. `money` is plant, where there is one, or reporting.
SELECT check, moments.at AS at, sum(past.last_net) AS net, toUInt32(countIf(past.is_found)) AS answered
FROM (
  SELECT toDateTime64(arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})), 3, 'UTC') AS at,
    arrayJoin({plants:Array(String)}) AS plant, arrayJoin({checks:Array(String)}) AS check
) AS moments
ASOF LEFT JOIN (
  -- of the runs between two moments the last: so few are joined
  SELECT toString(plant) AS plant, toString(check) AS check, max(runs.clock) AS last_clock, argMax(if({money:String} = 'plant', runs.tolerated_net_plant, runs.tolerated_net), runs.clock) AS last_net, true AS is_found
  FROM runs
  WHERE outcome = 'ok' AND kind = 'full' AND check IN {checks:Array(String)} AND clock >= {from:DateTime64(3, 'UTC')} - INTERVAL 2 DAY
  GROUP BY plant, check, greatest(intDiv(toUnixTimestamp64Milli(clock) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) * 1000 + {step_s:UInt32} * 1000 - 1, {step_s:UInt32} * 1000), 0)
) AS past ON past.plant = moments.plant AND past.check = moments.check AND moments.at >= past.last_clock
GROUP BY check, moments.at
ORDER BY check, moments.at
