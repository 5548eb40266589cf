-- For each value of each filter: how many cases it would show, the other filters kept; under '' all that match, under
-- 'fresh' those of them that opened since, and under 'standing' what stands whatever the filters.
WITH marked AS (
  SELECT plant, check, class, severity, team, cause, status, assignee, amount_reporting,
    ({state:String} = 'all' OR state = {state:String}) AND (empty({numbers:Array(UInt64)}) OR number IN {numbers:Array(UInt64)})
      AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0 OR toString(number) = {q:String})
      AND ({sleeping:String} = '' OR ({sleeping:String} = 'yes') = ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false))
      AND ({due:String} = '' OR ({due:String} = 'late' AND next_due <= {at:DateTime64(3, 'UTC')}) OR ({due:String} = 'soon' AND (warn_at <= {at:DateTime64(3, 'UTC')} AND next_due > {at:DateTime64(3, 'UTC')})))
      AND ({asked:String} = '' OR (asked_by NOT IN ('', {asked:String}) AND status IN ('open', 'acknowledged', 'in_progress')))
      AND ({shared:String} = '' OR shared = {shared:String}) AND ({root:String} = '' OR root = {root:String}) AS is_in,
    greatest(opened_at, ifNull(reopened_at, opened_at)) > {fresh_since:DateTime64(3, 'UTC')} AS is_fresh,
    state = 'open' AS is_open,
    ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false) AS is_asleep,
    next_due <= {at:DateTime64(3, 'UTC')} AS is_late,
    ifNull(warn_at <= {at:DateTime64(3, 'UTC')}, false) AND NOT is_late AS is_soon,
    asked_by != '' AND asked_by != {actor:String} AND status IN ('open', 'acknowledged', 'in_progress') AS is_asked
  FROM queue_cases
  WHERE plant IN {plants:Array(String)} AND ({state:String} = 'all' OR state IN ('open', {state:String}))
),
-- few lines of many cases: what they are counted by, and how many
counted AS (
  SELECT toString(any(marked.plant)) AS plant, toString(any(marked.check)) AS check, toString(any(marked.class)) AS class, toString(any(marked.severity)) AS severity, toString(any(marked.team)) AS team,
    any(marked.cause) AS cause, toString(any(marked.status)) AS status, if(any(marked.assignee) = '', '-', toString(any(marked.assignee))) AS assignee,
    any(marked.is_in) AS is_in, any(marked.is_fresh) AS is_fresh, any(marked.is_open) AS is_open, any(marked.is_asleep) AS is_asleep, any(marked.is_late) AS is_late, any(marked.is_soon) AS is_soon, any(marked.is_asked) AS is_asked,
    count() AS cases, sum(amount_reporting) AS amount
  FROM marked
  GROUP BY cityHash64(marked.plant, marked.check, marked.class, marked.severity, marked.team, marked.cause, marked.status, marked.assignee, marked.is_in, marked.is_fresh, marked.is_open, marked.is_asleep, marked.is_late, marked.is_soon, marked.is_asked)
),
judged AS (
  SELECT cases, amount, [
    {plant:String} IN ('', plant),
    {check:String} IN ('', check),
    {class:String} IN ('', class),
    {severity:String} IN ('', severity),
    {team:String} IN ('', team),
    {cause:String} IN ('', cause),
    (empty({statuses:Array(String)}) OR has({statuses:Array(String)}, status)),
    {assignee:String} IN ('', assignee)
  ] AS fits,
    arrayCount(fit -> NOT fit, fits) AS misses,
    arrayConcat(
      if(is_in, arrayFilter((facet, fit) -> misses = 0 OR (misses = 1 AND NOT fit), [('plant', plant), ('check', check), ('class', class), ('severity', severity), ('team', team), ('cause', cause), ('status', status), ('assignee', assignee)], fits), []),
      if(is_in AND misses = 0, [('', '')], []),
      if(is_in AND misses = 0 AND is_fresh, [('fresh', '')], []),
      if(is_open, [('standing', 'open')], []),
      if(is_open AND NOT is_asleep, arrayConcat([('standing', 'awake')],
        if(assignee = {actor:String}, [('standing', 'mine')], []), if(assignee = '-', [('standing', 'nobody')], []),
        if(is_late, [('standing', 'late')], []), if(is_soon, [('standing', 'soon')], []), if(is_asked, [('standing', 'asked')], [])), []),
      if(is_open AND is_asleep, [('standing', 'asleep')], [])
    ) AS counts_for
  FROM counted
)
SELECT counted_for.1 AS facet, counted_for.2 AS value, toUInt32(sum(cases)) AS cases, sum(amount) AS amount
FROM judged
ARRAY JOIN counts_for AS counted_for
GROUP BY facet, value
ORDER BY facet, amount DESC, value
