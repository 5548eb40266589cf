-- Open cases that no person has given to a team, with what says whose they are; those of `numbers`, or all when there are none.
SELECT toString(exceptions.number) AS number, check, plant, class, key, team, amount_reporting,
  if(exceptions.said_cause != '', toString(exceptions.said_cause), toString(causes.cause)) AS cause
FROM exceptions
LEFT JOIN (SELECT number AS of_number, cause FROM exception_causes FINAL WHERE rank = 1) AS causes ON causes.of_number = exceptions.number
WHERE state = 'open' AND NOT is_team_said AND plant IN {plants:Array(String)}
  AND (empty({numbers:Array(UInt64)}) OR has({numbers:Array(UInt64)}, exceptions.number))
