-- The highest run number given so far; the next start goes on from it.
SELECT max(toUInt64(run)) AS run FROM runs
