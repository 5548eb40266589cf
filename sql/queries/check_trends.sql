-- Open value of checks at moments of the past, in each plant and, under '', in all of them: by the last complete run
-- before each moment; null where there was none. `money` is plant or reporting; several plants together are in the latter.
SELECT check, plant,
  CAST(arraySort(point -> point.1, groupArray((moment, amount))) AS Array(Tuple(at DateTime64(3, 'UTC'), amount Nullable(Decimal(38, 6))))) AS points
FROM (
  SELECT moments.check AS check, moments.plant AS plant, moments.at AS moment, if(countIf(past.run != '') > 0, toNullable(if({money:String} = 'plant' AND (plant != '' OR length({plants:Array(String)}) = 1), sum(past.amount_plant), sum(past.amount))), NULL) AS amount
  FROM (
    SELECT toDateTime64(arrayJoin(range(
      intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) + 1, {step_s:UInt32})), 3, 'UTC') AS at,
      arrayJoin({plants:Array(String)}) AS plant, arrayJoin({checks:Array(String)}) AS check
  ) AS moments
  ASOF LEFT JOIN (
    SELECT toString(plant) AS plant, toString(check) AS check, clock, amount, amount_plant, run FROM runs
    WHERE outcome = 'ok' AND kind != 'as_of' AND check IN {checks:Array(String)} AND clock >= {from:DateTime64(3, 'UTC')} - INTERVAL 2 DAY
  ) AS past ON past.plant = moments.plant AND past.check = moments.check AND moments.at >= past.clock
  GROUP BY GROUPING SETS ((check, moment), (check, plant, moment))
)
GROUP BY check, plant
ORDER BY check, plant
