-- What runs did to some cases, in order.
SELECT toString(number) AS number, check, plant, key, class, step, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, toString(severity) AS severity, team, since, at, toString(act) AS act, run
FROM exception_steps FINAL
WHERE number IN {numbers:Array(UInt64)}
ORDER BY exception_steps.number, step
