-- What happened to a case, oldest first.
SELECT step, at, actor, act, run, left_value, right_value, difference, unit, amount, currency, detail
FROM exception_steps FINAL
WHERE number = {number:UInt64}
ORDER BY step
