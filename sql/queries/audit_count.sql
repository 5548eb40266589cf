-- How many entries of the audit trail there are like that, and by act.
SELECT act, toUInt32(count()) AS entries, toUInt32(countIf(outcome = 'refused')) AS refused
FROM audit_trail FINAL
WHERE at >= {since:DateTime64(3)} AND at <= {until:DateTime64(3)}
  AND {actor:String} IN ('', actor) AND {outcome:String} IN ('', outcome)
  AND ({act:String} = '' OR act = {act:String} OR startsWith(act, concat({act:String}, '.')))
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(concat(object, ' ', details), {q:String}) > 0)
GROUP BY act
ORDER BY act
