-- For each value of each filter: how many cases it would show, the other filters kept; under '' all that match, under
-- 'fresh' those of them that opened since, and under 'standing' what stands whatever the filters.
WITH marked AS (
  SELECT plant, check, class, severity, team, cause, status, assignee, amount_reporting, counted,
    -- what is said of a case in yes and no, in one number: in, fresh, open, asleep, late, soon, asked, named
    toUInt8(({state:String} = 'all' OR state = {state:String}) AND (empty({numbers:Array(UInt64)}) OR number IN {numbers:Array(UInt64)})
      AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0 OR toString(number) = {q:String})
      AND ({sleeping:String} = '' OR ({sleeping:String} = 'yes') = ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false))
      AND ({due:String} = '' OR ({due:String} = 'late' AND next_due <= {at:DateTime64(3, 'UTC')}) OR ({due:String} = 'soon' AND (warn_at <= {at:DateTime64(3, 'UTC')} AND next_due > {at:DateTime64(3, 'UTC')})))
      AND ({asked:String} = '' OR (asked_by NOT IN ('', {asked:String}) AND status IN ('open', 'acknowledged', 'in_progress')))
      AND ({mention:String} = '' OR number IN (SELECT number FROM case_mentions WHERE match(text, {mention:String})))
      AND ({shared:String} = '' OR shared = {shared:String}) AND ({root:String} = '' OR root = {root:String}))
      + 2 * (greatest(opened_at, ifNull(reopened_at, opened_at)) > {fresh_since:DateTime64(3, 'UTC')})
      + 4 * (state = 'open')
      + 8 * ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false)
      + 16 * (next_due <= {at:DateTime64(3, 'UTC')})
      + 32 * (ifNull(warn_at <= {at:DateTime64(3, 'UTC')}, false) AND next_due > {at:DateTime64(3, 'UTC')})
      + 64 * (asked_by NOT IN ('', {actor:String}) AND status IN ('open', 'acknowledged', 'in_progress'))
      + 1024 * (number IN (SELECT number FROM case_mentions WHERE match(text, {me:String}))) AS flags
  FROM exception_cases FINAL
  WHERE plant IN {plants:Array(String)} AND ({state:String} = 'all' OR state IN ('open', {state:String}))
),
-- few lines of many cases: what they are counted by, and how many
counted AS (
  SELECT toString(any(plant)) AS of_plant, toString(any(check)) AS of_check, toString(any(class)) AS of_class, toString(any(severity)) AS of_severity, toString(any(team)) AS of_team, toString(any(cause)) AS of_cause, toString(any(status)) AS of_status, toString(any(assignee)) AS of_assignee,
    toUInt16(any(flags)) AS flag, count() AS cases, sum(amount_reporting) AS amount, sum(marked.counted) AS counted_once
  FROM marked
  GROUP BY cityHash64(plant, check, class, severity, team, cause, status, assignee, flags)
),
fitted AS (
  SELECT cases, amount, counted_once, flag,
    [of_plant, of_check, of_class, of_severity, of_team, of_cause, of_status, if(of_assignee = '', '-', of_assignee)] AS found,
    -- which of the filters leave it out
    arrayFilter((index, wanted) -> wanted NOT IN ('', found[index]), [1, 2, 3, 4, 5, 6, 8], [{plant:String}, {check:String}, {class:String}, {severity:String}, {team:String}, {cause:String}, {assignee:String}]) AS most_misses,
    if(empty({statuses:Array(String)}) OR has({statuses:Array(String)}, found[7]), most_misses, arrayPushBack(most_misses, 7)) AS misses
  FROM counted
),
judged AS (
  -- of a facet, what only its own filter leaves out counts too
  SELECT cases, amount, counted_once, found,
    flag + 128 * (bitTest(flag, 0) AND empty(misses)) + 256 * (found[8] = {actor:String}) + 512 * (found[8] = '-') AS standing,
    if(NOT bitTest(flag, 0) OR length(misses) > 1, [], if(empty(misses), [1, 2, 3, 4, 5, 6, 7, 8], misses)) AS facets
  FROM fitted
)
SELECT counted_for.1 AS facet, counted_for.2 AS value, toUInt32(sum(cases)) AS cases,
  -- a sum over checks counts money once; that of one check is its own
  sum(if(counted_for.1 = '' AND {check:String} = '', judged.counted_once, judged.amount)) AS amount
FROM judged
ARRAY JOIN arrayConcat(
  arrayMap(index -> (['plant', 'check', 'class', 'severity', 'team', 'cause', 'status', 'assignee'][index], found[index]), facets),
  -- what counts for it: of these bits of what stands, those that must be set
  arrayMap(one -> (one.1, one.2), arrayFilter(one -> bitAnd(standing, one.3) = one.4, [('', '', 128, 128), ('fresh', '', 130, 130), ('standing', 'open', 4, 4), ('standing', 'asleep', 12, 12), ('standing', 'awake', 12, 4),
    ('standing', 'late', 28, 20), ('standing', 'soon', 44, 36), ('standing', 'asked', 76, 68), ('standing', 'mine', 268, 260), ('standing', 'nobody', 524, 516), ('standing', 'named', 1036, 1028)]))
) AS counted_for
GROUP BY facet, value
ORDER BY facet, amount DESC, value
