-- What the last complete run of each check and plant compared, and how many keys agreed, in each step of the time; keys
-- that differ within the grace are in flight and not counted. The hour is that of the moment a run judges.
SELECT at, check, plant, last.1 AS run, last.2 AS clock, toUInt32(last.3 - last.4) AS compared, toUInt32(last.3 - last.4 - last.5) AS agreed
FROM (
  SELECT toDateTime64({from:DateTime64(3, 'UTC')}, 3, 'UTC') + toIntervalSecond(intDiv(toUnixTimestamp64Milli(clock) - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) * {step_s:UInt32}) AS at,
    check, plant, argMax((run, clock, compared, in_grace, variances), (clock, toUInt64(run))) AS last
  FROM runs
  WHERE outcome = 'ok' AND kind != 'as_of' AND plant IN {plants:Array(String)} AND check IN {checks:Array(String)}
    AND clock >= {from:DateTime64(3, 'UTC')} AND clock < {to:DateTime64(3, 'UTC')}
  GROUP BY at, check, plant
)
ORDER BY at, check, plant
