-- Open cases whose clocks run, by plant and team: how many will be late at the present pace, which comes first, how many
-- the team did lately in how much working time, and what those that will be late are worth.
SELECT plant, team, toUInt32(count()) AS cases, toUInt32(countIf(soon.number > 0)) AS late,
  argMinIf(exceptions.number, soon.due_at, soon.number > 0) AS first, minIf(soon.due_at, soon.number > 0) AS first_due,
  argMinIf(soon.expected_at, soon.due_at, soon.number > 0) AS first_expected, max(soon.done) AS done, max(soon.done_in_ms) AS done_in_ms,
  sumIf(amount_reporting, soon.number > 0) AS amount, toUInt32(uniqExactIf(order_no, order_no != '' AND soon.number > 0)) AS orders
FROM exceptions
LEFT JOIN forecasts AS soon ON soon.number = exceptions.number
WHERE state = 'open' AND (acknowledge_due IS NOT NULL OR resolve_due IS NOT NULL)
GROUP BY plant, team
