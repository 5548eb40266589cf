-- The numbers of the cases that match, in the order they are worked in; `sort` is amount, age, severity, due, plant or
-- key; `money` is plant, where there is one, or reporting: what amount sorts by.
SELECT groupArray(toUInt32(number)) AS numbers
FROM (
  SELECT number
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
    AND ({plant:String} = '' OR plant = {plant:String})
    AND ({check:String} = '' OR check = {check:String})
    AND ({class:String} = '' OR class = {class:String})
    AND ({severity:String} = '' OR severity = {severity:String})
    AND ({team:String} = '' OR team = {team:String})
    AND ({cause:String} = '' OR cause = {cause:String})
    AND (empty({statuses:Array(String)}) OR has({statuses:Array(String)}, toString(status)))
    AND ({assignee:String} = '' OR assignee = if({assignee:String} = '-', '', {assignee:String}))
  ORDER BY
    -- one choice inside the other, so that the engine reads only the column it sorts by
    if({order:String} = 'desc', -1, 1) * if({sort:String} = 'amount', toFloat64(if({money:String} = 'plant', amount_plant, amount_reporting)), if({sort:String} = 'age', -toFloat64(toUnixTimestamp64Milli(since)),
    if({sort:String} = 'severity', toFloat64(indexOf(['low', 'medium', 'high', 'critical'], toString(severity))), if({sort:String} = 'due', -toFloat64(toUnixTimestamp64Milli(next_due)), 0)))),
    if({sort:String} = 'plant', toString(plant), ''), if({sort:String} IN ('plant', 'key'), key, ''), if({money:String} = 'plant', amount_plant, amount_reporting) DESC, number
  LIMIT {limit:UInt32} OFFSET {offset:UInt32}
)
