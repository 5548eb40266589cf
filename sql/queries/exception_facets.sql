-- For each value of each filter: how many cases it would show, the other filters kept.
WITH matching AS (SELECT plant, check, class, severity, team, amount_reporting FROM exceptions WHERE plant IN {plants:Array(String)} AND ({state:String} = 'all' OR state = {state:String})
  AND ({q:String} = '' OR positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0)
  AND ({shared:String} = '' OR number IN (SELECT number FROM exception_causes FINAL WHERE rank = 1 AND shared = {shared:String})))
SELECT * FROM (
SELECT 'plant' AS facet, toString(plant) AS value, toUInt32(count()) AS cases, sum(amount_reporting) AS amount FROM matching WHERE 1 AND ({check:String} = '' OR check = {check:String}) AND ({class:String} = '' OR class = {class:String}) AND ({severity:String} = '' OR severity = {severity:String}) AND ({team:String} = '' OR team = {team:String}) GROUP BY value
UNION ALL
SELECT 'check' AS facet, toString(check) AS value, toUInt32(count()) AS cases, sum(amount_reporting) AS amount FROM matching WHERE 1 AND ({plant:String} = '' OR plant = {plant:String}) AND ({class:String} = '' OR class = {class:String}) AND ({severity:String} = '' OR severity = {severity:String}) AND ({team:String} = '' OR team = {team:String}) GROUP BY value
UNION ALL
SELECT 'class' AS facet, toString(class) AS value, toUInt32(count()) AS cases, sum(amount_reporting) AS amount FROM matching WHERE 1 AND ({plant:String} = '' OR plant = {plant:String}) AND ({check:String} = '' OR check = {check:String}) AND ({severity:String} = '' OR severity = {severity:String}) AND ({team:String} = '' OR team = {team:String}) GROUP BY value
UNION ALL
SELECT 'severity' AS facet, toString(severity) AS value, toUInt32(count()) AS cases, sum(amount_reporting) AS amount FROM matching WHERE 1 AND ({plant:String} = '' OR plant = {plant:String}) AND ({check:String} = '' OR check = {check:String}) AND ({class:String} = '' OR class = {class:String}) AND ({team:String} = '' OR team = {team:String}) GROUP BY value
UNION ALL
SELECT 'team' AS facet, toString(team) AS value, toUInt32(count()) AS cases, sum(amount_reporting) AS amount FROM matching WHERE 1 AND ({plant:String} = '' OR plant = {plant:String}) AND ({check:String} = '' OR check = {check:String}) AND ({class:String} = '' OR class = {class:String}) AND ({severity:String} = '' OR severity = {severity:String}) GROUP BY value
)
ORDER BY facet, amount DESC, value
