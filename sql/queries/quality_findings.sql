-- Findings of the range, those open first: each with its beginning, and its end where it has one.
SELECT measure, plant, flow, stage, partner, hour, found_at, value, expected, spread, score, toUInt32(count) AS count, compared, basis, ended_hour, is_open, toUInt32(count() OVER ()) AS total
FROM (
  SELECT toString(measure) AS measure, plant, flow, stage, partner, hour, found_at, value, expected, spread, score, findings.count AS count, compared, toString(basis) AS basis, state,
    leadInFrame(hour) OVER place AS ended_hour, leadInFrame(toString(state)) OVER place = '' AS is_open
  FROM findings FINAL
  WHERE plant IN {plants:Array(String)}
  WINDOW place AS (PARTITION BY findings.measure, plant, flow, stage, partner ORDER BY hour, state ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE state = 'opened' AND hour < {to:DateTime64(3, 'UTC')} AND (is_open OR ended_hour > {from:DateTime64(3, 'UTC')})
  AND {flow:String} IN ('', flow) AND {stage:String} IN ('', stage) AND {partner:String} IN ('', partner)
ORDER BY is_open DESC, hour DESC, abs(score) DESC
LIMIT {limit:UInt32}
