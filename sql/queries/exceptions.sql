-- Some cases as they stand, each with its likeliest cause, or the one a person said it has.
SELECT exceptions.*, if(exceptions.said_cause != '', toString(exceptions.said_cause), toString(causes.cause)) AS cause
FROM exceptions
LEFT JOIN (SELECT number AS of_number, cause FROM exception_causes FINAL WHERE rank = 1 AND number IN {numbers:Array(UInt64)}) AS causes ON causes.of_number = exceptions.number
WHERE number IN {numbers:Array(UInt64)} AND plant IN {plants:Array(String)}
