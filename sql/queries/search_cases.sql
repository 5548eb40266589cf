-- Cases by number, or by a part of their key, item or order; open ones and dear ones first.
SELECT number, check, plant, key, class, item, state, amount_reporting
FROM exceptions
WHERE positionCaseInsensitive(key, {q:String}) > 0 OR positionCaseInsensitive(item, {q:String}) > 0 OR positionCaseInsensitive(order_no, {q:String}) > 0 OR toString(number) = {q:String} OR concat('EX-', toString(number)) = upper({q:String})
ORDER BY state = 'open' DESC, amount_reporting DESC
LIMIT 10
