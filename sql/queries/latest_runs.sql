-- The newest run of each check in each plant, whatever its outcome: found by few columns, since there are many runs and
-- their rows are wide; and read by the whole of what they lie in order of. Of all checks where none is named.
SELECT * FROM runs
WHERE (check, plant, clock, run) IN (
  SELECT check, plant, last.1, last.2
  FROM (
    SELECT check, plant, argMax((runs.clock, run), toUInt64(run)) AS last FROM runs
    WHERE kind != 'as_of' AND plant IN {plants:Array(String)} AND started_at >= {since:DateTime64(3, 'UTC')}
      AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
    GROUP BY check, plant
  )
)
ORDER BY toUInt64(run) DESC
LIMIT 1 BY check, plant
