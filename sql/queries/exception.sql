-- One case as it stands.
SELECT *
FROM exceptions
WHERE number = {number:UInt64}
LIMIT 1
