-- The likeliest cause of each of some cases.
SELECT number, cause
FROM exception_causes FINAL
WHERE rank = 1 AND number IN {numbers:Array(UInt64)}
