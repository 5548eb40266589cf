-- Cases that match by what they have in common, the worst first, each with the days of the last ninety on which cases of
-- the same root opened, whatever became of them. `money` is plant, where there is one, or reporting.
WITH marked AS (
  SELECT root, cause, class, opened_at, since, state, status, order_no, if({money:String} = 'plant', amount_plant, amount_reporting) AS value, if({money:String} = 'plant', if(exception_cases.counted = 0, toDecimal128(0, 6), amount_plant), exception_cases.counted) AS once_value, team, plant, assignee, severity,
    next_due,
    ({state:String} = 'all' OR state = {state:String})
    AND (empty({numbers:Array(UInt64)}) OR number IN {numbers:Array(UInt64)})
    AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
    AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0 OR toString(number) = {q:String})
    AND ({sleeping:String} = '' OR ({sleeping:String} = 'yes') = ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false))
    AND ({due:String} = '' OR ({due:String} = 'late' AND next_due <= {at:DateTime64(3, 'UTC')}) OR ({due:String} = 'soon' AND (warn_at <= {at:DateTime64(3, 'UTC')} AND next_due > {at:DateTime64(3, 'UTC')})) OR ({due:String} = 'forecast' AND number IN (SELECT number FROM forecasts)))
    AND ({asked:String} = '' OR (asked_by NOT IN ('', {asked:String}) AND status IN ('open', 'acknowledged', 'in_progress')))
    AND ({mention:String} = '' OR number IN (SELECT number FROM case_mentions WHERE match(text, {mention:String})))
    AND ({shared:String} = '' OR shared = {shared:String})
    AND ({root:String} = '' OR root = {root:String})
    AND ({plant:String} = '' OR plant = {plant:String})
    AND ({check:String} = '' OR check = {check:String})
    AND ({class:String} = '' OR class = {class:String})
    AND ({severity:String} = '' OR severity = {severity:String})
    AND ({team:String} = '' OR team = {team:String})
    AND ({cause:String} = '' OR cause = {cause:String})
    AND (empty({statuses:Array(String)}) OR has({statuses:Array(String)}, toString(status)))
    AND ({assignee:String} = '' OR assignee = if({assignee:String} = '-', '', {assignee:String})) AS is_in
  FROM exception_cases FINAL
  WHERE plant IN {plants:Array(String)} AND (state = 'open' OR state = {state:String} OR {state:String} = 'all' OR opened_at >= {at:DateTime64(3, 'UTC')} - INTERVAL 90 DAY)
),
daily AS (
  SELECT root, toDate(opened_at) AS day, is_in,
    any(marked.cause) AS cause, any(marked.class) AS class, count() AS opened, sum(marked.value) AS amount, sum(marked.once_value) AS once, countIf(state = 'open') AS open,
    groupUniqArrayIf(order_no, order_no != '') AS orders, min(marked.since) AS first_since, groupUniqArray(toString(team)) AS teams, groupUniqArray(toString(plant)) AS plants,
    groupUniqArray(toString(assignee)) AS assignees, max(indexOf(['low', 'medium', 'high', 'critical'], toString(severity))) AS rank, min(next_due) AS first_due
  FROM marked
  GROUP BY root, day, is_in
)
SELECT root, any(daily.cause) AS cause, any(daily.class) AS class,
  toUInt32(sumIf(opened, is_in)) AS cases, toUInt32(sum(open)) AS open_cases, if(sumIf(daily.once, is_in) = 0, sumIf(daily.amount, is_in), sumIf(daily.once, is_in)) AS amount,
  -- all of its money is that of other cases, under which sums over groups count it
  toBool(sumIf(daily.once, is_in) = 0 AND sumIf(daily.amount, is_in) != 0) AS is_repeated,
  toUInt32(sumIf(opened, day >= toDate({at:DateTime64(3, 'UTC')}) - 30)) AS month_cases,
  toUInt32(length(arrayDistinct(arrayFlatten(groupArrayIf(orders, is_in))))) AS orders,
  minIf(first_since, is_in) AS since,
  arraySort(arrayDistinct(arrayFlatten(groupArrayIf(teams, is_in)))) AS teams,
  arraySort(arrayDistinct(arrayFlatten(groupArrayIf(plants, is_in)))) AS plants,
  arraySort(arrayDistinct(arrayFlatten(groupArrayIf(assignees, is_in)))) AS assignees,
  ['low', 'medium', 'high', 'critical'][maxIf(rank, is_in)] AS severity,
  nullIf(minIf(first_due, is_in), toDateTime64('2200-01-01 00:00:00', 3, 'UTC')) AS first_due,
  CAST(arraySort(groupArrayIf((toString(day), opened, daily.amount), day >= toDate({at:DateTime64(3, 'UTC')}) - 90)), 'Array(Tuple(day String, opened UInt32, amount Decimal(38, 6)))') AS days
FROM daily
GROUP BY root
HAVING cases > 0
ORDER BY amount DESC, root
LIMIT {limit:UInt32}
