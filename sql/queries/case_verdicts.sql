-- What people said of the causes suggested for a case, oldest first.
SELECT cause, toString(verdict) AS verdict, actor, at
FROM cause_verdicts FINAL
WHERE number = {number:UInt64}
ORDER BY at, cause
