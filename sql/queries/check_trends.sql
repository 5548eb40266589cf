-- Open value of checks at moments of the past, in each plant and, under '', in all of them: by the last complete run
-- before each moment; null where there was none. `money` is plant or reporting; several plants together are in the latter.
SELECT check, plant,
  CAST(arraySort(point -> point.1, groupArray((moment, amount))) AS Array(Tuple(at DateTime64(3, 'UTC'), amount Nullable(Decimal(38, 6))))) AS points
FROM (
  SELECT moments.check AS check, moments.plant AS plant, moments.at AS moment, if(countIf(past.is_found) > 0, toNullable(if({money:String} = 'plant' AND (plant != '' OR length({plants:Array(String)}) = 1), sum(past.last_amount_plant), sum(past.last_amount))), NULL) AS amount
  FROM (
    SELECT toDateTime64(arrayJoin(range(
      intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})), 3, 'UTC') AS at,
      arrayJoin({plants:Array(String)}) AS plant, arrayJoin({checks:Array(String)}) AS check
  ) AS moments
  ASOF LEFT JOIN (
    -- of the runs between two moments the last: so few are joined
    SELECT toString(plant) AS plant, toString(check) AS check, max(runs.clock) AS last_clock, argMax(runs.amount, runs.clock) AS last_amount, argMax(runs.amount_plant, runs.clock) AS last_amount_plant, true AS is_found
    FROM runs
    WHERE outcome = 'ok' AND kind != 'as_of' AND check IN {checks:Array(String)} AND clock >= {from:DateTime64(3, 'UTC')} - INTERVAL 2 DAY
    GROUP BY plant, check, greatest(intDiv(toUnixTimestamp64Milli(clock) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) * 1000 + {step_s:UInt32} * 1000 - 1, {step_s:UInt32} * 1000), 0)
  ) AS past ON past.plant = moments.plant AND past.check = moments.check AND moments.at >= past.last_clock
  GROUP BY GROUPING SETS ((check, moment), (check, plant, moment))
)
GROUP BY check, plant
ORDER BY check, plant
