-- One case as it stands.
SELECT * EXCEPT (facets, shown)
FROM exceptions
WHERE number = {number:UInt64}
LIMIT 1
