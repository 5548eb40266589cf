-- The highest run number given so far; the next start goes on from it. A run that was killed is in no list of runs, but
-- what it had found may be there under its number.
SELECT max(number) AS run
FROM (
  SELECT max(toUInt64OrZero(run)) AS number FROM runs
  UNION ALL
  SELECT max(toUInt64OrZero(run)) FROM run_counts
  UNION ALL
  SELECT max(toUInt64OrZero(run)) FROM variances
  UNION ALL
  SELECT max(toUInt64OrZero(run)) FROM tolerated
  UNION ALL
  SELECT max(toUInt64OrZero(run)) FROM exception_steps
)
