-- Some cases as they stand, with all that was made of them.
SELECT * EXCEPT (begun_at, paused, facets) REPLACE (toString(number) AS number) FROM exception_cases FINAL
WHERE exception_cases.number IN {numbers:Array(UInt64)} AND plant IN {plants:Array(String)}
