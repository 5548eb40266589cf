-- For each value of each filter: how many cases it would show, the other filters kept, and how many of those opened
-- since; under '' all that match. `money` is plant, where there is one, or reporting.
WITH counted AS (
  -- few lines of many cases: what they are counted by, and how many
  SELECT facets, count() AS cases, countIf(begun_at > {fresh_since:DateTime64(3, 'UTC')}) AS fresh, sum(if({money:String} = 'plant', amount_plant, amount_reporting)) AS amount, sum(if({money:String} = 'plant', if(exception_cases.counted = 0, toDecimal128(0, 6), amount_plant), exception_cases.counted)) AS counted_once
  FROM exception_cases FINAL
  WHERE plant IN {plants:Array(String)} AND ({state:String} = 'all' OR state = {state:String})
    AND (empty({numbers:Array(UInt64)}) OR number IN {numbers:Array(UInt64)})
    AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
    AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0 OR toString(number) = {q:String})
    AND ({sleeping:String} = '' OR ({sleeping:String} = 'yes') = ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false))
    AND ({due:String} = '' OR ({due:String} = 'late' AND next_due <= {at:DateTime64(3, 'UTC')}) OR ({due:String} = 'soon' AND (warn_at <= {at:DateTime64(3, 'UTC')} AND next_due > {at:DateTime64(3, 'UTC')})) OR ({due:String} = 'forecast' AND number IN (SELECT number FROM forecasts)))
    AND ({asked:String} = '' OR (asked_by NOT IN ('', {asked:String}) AND status IN ('open', 'acknowledged', 'in_progress')))
    AND ({mention:String} = '' OR number IN (SELECT number FROM case_mentions WHERE match(text, {mention:String})))
    AND ({shared:String} = '' OR shared = {shared:String})
    AND ({root:String} = '' OR root = {root:String})
  GROUP BY facets
),
fitted AS (
  SELECT cases, fresh, amount, counted_once,
    splitByChar('\x1f', concat(facets, '\x1f')) AS found,
    -- which of the filters leave it out
    arrayFilter((index, wanted) -> wanted NOT IN ('', found[index]), [1, 2, 3, 4, 5, 6, 8], [{plant:String}, {check:String}, {class:String}, {severity:String}, {team:String}, {cause:String}, {assignee:String}]) AS most_misses,
    if(empty({statuses:Array(String)}) OR has({statuses:Array(String)}, found[7]), most_misses, arrayPushBack(most_misses, 7)) AS misses
  FROM counted
)
-- of a facet, what only its own filter leaves out counts too
SELECT ['plant', 'check', 'class', 'severity', 'team', 'cause', 'status', 'assignee', ''][place] AS facet, found[place] AS value,
  toUInt32(sum(fitted.cases)) AS cases, toUInt32(sum(fitted.fresh)) AS fresh,
  -- a sum over checks counts money once; that of one check is its own
  if(facet = '' AND {check:String} = '', sum(fitted.counted_once), sum(fitted.amount)) AS amount
FROM fitted
ARRAY JOIN if(empty(misses), [1, 2, 3, 4, 5, 6, 7, 8, 9], if(length(misses) = 1, misses, [])) AS place
GROUP BY place, value
ORDER BY facet, amount DESC, value
