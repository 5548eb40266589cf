-- The newest run of each check in each plant, whatever its outcome.
SELECT * FROM runs
WHERE kind != 'as_of' AND plant IN {plants:Array(String)} AND started_at >= {since:DateTime64(3, 'UTC')}
ORDER BY toUInt64(run) DESC
LIMIT 1 BY check, plant
