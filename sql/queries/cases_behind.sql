-- Cases whose logs go further than what is kept of how they stand, or than what lists show of them: whoever wrote the logs
-- did not get to it.
SELECT toString(number) AS number
FROM (
  SELECT number, sum(steps) AS steps, sum(acts) AS acts, sum(looks) AS looks, sum(revision) AS revision, sum(shown) AS shown
  FROM (
    SELECT number, toUInt64(max(step)) AS steps, toUInt64(0) AS acts, toUInt64(0) AS looks, toUInt64(0) AS revision, toUInt64(0) AS shown FROM exception_steps GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(max(version)), toUInt64(0), toUInt64(0), toUInt64(0) FROM exception_acts GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(0), toUInt64(max(exception_causes.looks)), toUInt64(0), toUInt64(0) FROM exception_causes FINAL WHERE rank = 1 GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(0), toUInt64(0), max(exception_cases.revision), toUInt64(0) FROM exception_cases GROUP BY number
    UNION ALL
    SELECT number, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), max(exception_rows.revision) FROM exception_rows GROUP BY number
  )
  GROUP BY number
)
WHERE steps + acts + looks > least(revision, shown) AND steps > 0
