-- The likeliest cause of each of some cases, and how often it was sought.
SELECT toString(number) AS number, cause, shared, looks
FROM exception_causes FINAL
WHERE rank = 1 AND exception_causes.number IN {numbers:Array(UInt64)}
