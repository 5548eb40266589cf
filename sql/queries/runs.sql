-- Runs that match, newest first; an empty filter matches all.
SELECT * FROM runs
WHERE started_at >= {since:DateTime64(3, 'UTC')}
  AND ({check:String} = '' OR check = {check:String}) AND ({plant:String} = '' OR plant = {plant:String}) AND ({outcome:String} = '' OR outcome = {outcome:String})
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
ORDER BY toUInt64(run) DESC
LIMIT {limit:UInt32}
