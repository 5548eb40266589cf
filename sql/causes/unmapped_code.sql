/*
title: Code that nobody has mapped
description: One side uses a code for a location or a type of stock that the estate does not explain, so the same goods stand under two names.
explains: [type_unknown, quantity]
advice: Name the code under codes in the estate with what it stands for; nothing has to be posted.
*/
WITH
cases AS (SELECT *, splitByChar('/', key)[1] AS place FROM cause_cases WHERE sought = {sought:String}),
-- the same goods with the opposite difference elsewhere: what one place has too much another lacks
mirrored AS (
  SELECT cases.number AS number, cases.plant AS plant, splitByChar('/', others.key)[1] AS place
  FROM cases
  INNER JOIN (
    SELECT plant, check, key, difference FROM exceptions
    WHERE state = 'open' AND class = 'quantity' AND plant IN {plants:Array(String)}
  ) AS others ON others.plant = cases.plant AND others.check = cases.check
    AND substring(others.key, length(splitByChar('/', others.key)[1]) + 1) = substring(cases.key, length(cases.place) + 1)
  WHERE cases.class = 'quantity' AND others.key != cases.key AND ifNull(others.difference + cases.difference, 1) = 0
),
places AS (
  SELECT number, plant, place, true AS is_own FROM cases WHERE class = 'quantity'
  UNION ALL
  SELECT number, plant, place, false FROM mirrored
),
-- who has goods at a place, by whatever code
named AS (
  SELECT plant, transform(concat(toString(system), '\n', toString(location)), {location_codes:Array(String)}, {location_meanings:Array(String)}, toString(location)) AS place,
    groupUniqArray(toString(system)) AS systems, max(occurred_at) AS said_at
  FROM inventory_positions FINAL
  WHERE plant IN {plants:Array(String)} AND NOT deleted
  GROUP BY plant, place
  HAVING (plant, place) IN (SELECT plant, place FROM places)
)
SELECT number, 0.95 AS score,
  [(concat(if(match(left_value, ' of '), left_name, right_name), ' shows stock as ', if(match(left_value, ' of '), left_value, right_value), '; the estate does not say what that type is'), 'inventory_positions', key, since, '')] AS evidence,
  concat('unmapped stock type ', extract(concat(left_value, ', ', right_value), '(\\S+) of ')) AS shared
FROM cases WHERE class = 'type_unknown'
UNION ALL
SELECT cases.number AS number, 0.97 AS score,
  groupArray(3)((concat('only ', transform(named.systems[1], {systems:Array(String)}, {names:Array(String)}, named.systems[1]), ' knows the location ', named.place, ', where the difference of ', cases.key, ' is found the other way round'), 'inventory_positions', named.place, said_at, '')) AS evidence,
  concat('unmapped location ', min(named.place), ' (', any(cases.plant), ')') AS shared
FROM cases
INNER JOIN places ON places.number = cases.number
INNER JOIN named ON named.plant = places.plant AND named.place = places.place
WHERE cases.number IN (SELECT number FROM mirrored)
  AND (NOT hasAny(named.systems, cases.left_systems) OR NOT hasAny(named.systems, cases.right_systems))
GROUP BY cases.number
