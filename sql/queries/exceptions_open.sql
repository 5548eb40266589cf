-- How many cases are open.
SELECT toUInt32(count()) AS total
FROM exception_cases FINAL
WHERE state = 'open' AND plant IN {plants:Array(String)}
