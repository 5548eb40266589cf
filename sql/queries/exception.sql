-- One case as it stands.
SELECT exceptions.*, if(exceptions.said_cause != '', toString(exceptions.said_cause), toString(causes.cause)) AS cause
FROM exceptions
LEFT JOIN (SELECT number AS of_number, cause FROM exception_causes FINAL WHERE rank = 1 AND number = {number:UInt64}) AS causes ON causes.of_number = exceptions.number
WHERE number = {number:UInt64}
LIMIT 1
