-- Open cases that no person has given to a team, with what says whose they are; those of `numbers`, or all when there are none.
SELECT toString(exceptions.number) AS number, check, plant, class, key, team, amount_reporting, cause
FROM exceptions
WHERE state = 'open' AND NOT is_team_said AND plant IN {plants:Array(String)}
  AND (empty({numbers:Array(UInt64)}) OR has({numbers:Array(UInt64)}, exceptions.number))
