-- The likeliest causes of open cases, and of how many by check: what can be asked for again at once.
SELECT toString(exception_cases.check) AS check, toString(exception_cases.cause) AS cause, toUInt32(count()) AS cases
FROM exception_cases FINAL
WHERE state = 'open' AND plant IN {plants:Array(String)}
GROUP BY check, cause
ORDER BY cases DESC, cause
