-- One case as it stands.
SELECT * EXCEPT (begun_at, facets)
FROM exceptions
WHERE number = {number:UInt64}
LIMIT 1
