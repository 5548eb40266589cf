-- What runs did to a case, oldest first: what it is folded from, and what is told of it.
SELECT toString(number) AS number, check, plant, key, class, step, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, toString(severity) AS severity, team, since, at, toString(act) AS act, run, actor, detail
FROM exception_steps FINAL
WHERE exception_steps.number = {number:UInt64}
ORDER BY step
