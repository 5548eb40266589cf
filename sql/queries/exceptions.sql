-- Cases that match, sorted; `sort` is amount, age, severity, plant or key.
SELECT exceptions.*, causes.cause AS cause, toUInt32(count() OVER ()) AS total, sum(amount_reporting) OVER () AS amount_total
FROM exceptions
LEFT JOIN (SELECT number AS of_number, cause, shared FROM exception_causes FINAL WHERE rank = 1) AS causes ON causes.of_number = exceptions.number
WHERE plant IN {plants:Array(String)} AND ({state:String} = 'all' OR state = {state:String})
  AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0)
  AND ({plant:String} = '' OR plant = {plant:String}) AND ({check:String} = '' OR check = {check:String}) AND ({class:String} = '' OR class = {class:String}) AND ({severity:String} = '' OR severity = {severity:String}) AND ({team:String} = '' OR team = {team:String}) AND ({shared:String} = '' OR causes.shared = {shared:String})
ORDER BY
  multiIf({sort:String} = 'amount', toFloat64(amount_reporting), {sort:String} = 'age', -toFloat64(toUnixTimestamp64Milli(since)), {sort:String} = 'severity', toFloat64(indexOf(['low', 'medium', 'high', 'critical'], severity)), 0) * if({order:String} = 'desc', -1, 1),
  if({sort:String} = 'plant', toString(plant), '') ASC,
  if({sort:String} IN ('plant', 'key'), key, '') ASC,
  amount_reporting DESC, number
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
