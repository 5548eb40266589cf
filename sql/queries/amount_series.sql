-- Open value of checks at moments of the past: per plant the last complete run before each moment;
-- `money` is plant, where there is one, or reporting.
SELECT moments.at AS at, sum(past.last_amount) AS amount, toUInt32(count()) AS expected, toUInt32(countIf(past.is_found)) AS answered
FROM (
  SELECT toDateTime64(arrayJoin(range(
    intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})), 3, 'UTC') AS at,
    arrayJoin({plants:Array(String)}) AS plant, arrayJoin({checks:Array(String)}) AS check
) AS moments
ASOF LEFT JOIN (
  -- of the runs between two moments the last: so few are joined
  SELECT toString(plant) AS plant, toString(check) AS check, max(runs.clock) AS last_clock, argMax(if({money:String} = 'plant', runs.amount_plant, runs.amount), runs.clock) AS last_amount, true AS is_found
  FROM runs
  WHERE outcome = 'ok' AND kind != 'as_of' AND check IN {checks:Array(String)} AND clock >= {from:DateTime64(3, 'UTC')} - INTERVAL 2 DAY
  GROUP BY plant, check, greatest(intDiv(toUnixTimestamp64Milli(clock) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) * 1000 + {step_s:UInt32} * 1000 - 1, {step_s:UInt32} * 1000), 0)
) AS past ON past.plant = moments.plant AND past.check = moments.check AND moments.at >= past.last_clock
GROUP BY moments.at
ORDER BY moments.at
