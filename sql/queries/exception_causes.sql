-- Why a case may have arisen, best first, with what people said of each cause on all cases and on this one.
SELECT rank, found.cause AS cause, score, evidence, shared, failure, at, toUInt32(said.verdicts) AS verdicts, toUInt32(said.confirmed) AS confirmed, own.verdict AS verdict
FROM (
  SELECT * FROM exception_causes FINAL
  WHERE number = {number:UInt64} AND run = (SELECT run FROM exception_causes FINAL WHERE number = {number:UInt64} AND rank = 1)
) AS found
LEFT JOIN (
  SELECT cause AS said_cause, count() AS verdicts, countIf(last = 'confirmed') AS confirmed
  FROM (SELECT cause, number, argMax(verdict, cause_verdicts.at) AS last FROM cause_verdicts GROUP BY cause, number)
  GROUP BY cause
) AS said ON said.said_cause = found.cause
LEFT JOIN (
  SELECT cause AS own_cause, toString(argMax(verdict, cause_verdicts.at)) AS verdict FROM cause_verdicts WHERE number = {number:UInt64} GROUP BY cause
) AS own ON own.own_cause = found.cause
ORDER BY rank
