-- Findings that have begun and not ended, and the hour of each one's beginning.
SELECT measure, plant, flow, stage, partner, last_hour AS hour
FROM (
  SELECT toString(measure) AS measure, plant, flow, stage, partner, max(hour) AS last_hour, argMax(state, (hour, state)) AS last_state
  FROM findings
  GROUP BY measure, plant, flow, stage, partner
)
WHERE last_state = 'opened'
