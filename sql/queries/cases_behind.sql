-- Cases whose logs go further than what is kept of how they stand: whoever wrote the logs did not get to it.
SELECT toString(number) AS number
FROM (
  SELECT number, sum(steps) AS steps, sum(acts) AS acts, sum(looks) AS looks, sum(revision) AS revision
  FROM (
    SELECT number, toUInt64(max(step)) AS steps, toUInt64(0) AS acts, toUInt64(0) AS looks, toUInt64(0) AS revision FROM exception_steps GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(max(version)), toUInt64(0), toUInt64(0) FROM exception_acts GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(0), toUInt64(max(exception_causes.looks)), toUInt64(0) FROM exception_causes FINAL WHERE rank = 1 GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(0), toUInt64(0), max(exception_cases.revision) FROM exception_cases GROUP BY number
  )
  GROUP BY number
)
WHERE steps + acts + looks > revision AND steps > 0
