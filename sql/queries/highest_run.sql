SELECT max(toUInt64(run)) AS run FROM runs
