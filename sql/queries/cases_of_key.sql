-- Cases of a key: its own, those of its order and those of its item; open and dear ones first.
SELECT number, check, plant, key, class, state, status, severity, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, since, opened_at, closed_at, team, assignee, toUInt32(count() OVER ()) AS total
FROM exceptions
WHERE plant = {plant:String} AND (key = {key:String} OR order_no = {key:String} OR item = {key:String})
ORDER BY state = 'open' DESC, amount_reporting DESC, number
LIMIT {limit:UInt32}
