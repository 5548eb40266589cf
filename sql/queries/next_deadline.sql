-- Of all open cases those of one plant, check and class whose clock runs out next, and how many are late altogether.
SELECT plant, check, class, toUInt32(count()) AS cases, sum(amount_reporting) AS amount, minIf(next_due, next_due > {at:DateTime64(3, 'UTC')}) AS due_at,
  argMinIf(number, next_due, next_due > {at:DateTime64(3, 'UTC')}) AS first_number,
  argMinIf(assignee, next_due, next_due > {at:DateTime64(3, 'UTC')}) AS first_assignee,
  argMinIf(team, next_due, next_due > {at:DateTime64(3, 'UTC')}) AS first_team,
  argMinIf(resolve_due IS NOT NULL AND resolve_due = next_due, next_due, next_due > {at:DateTime64(3, 'UTC')}) AS is_resolve,
  toUInt32(countIf(next_due > {at:DateTime64(3, 'UTC')} AND next_due < {at:DateTime64(3, 'UTC')} + INTERVAL 10 YEAR)) AS running,
  toUInt32(sum(countIf(next_due <= {at:DateTime64(3, 'UTC')})) OVER ()) AS late_in_all
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)} AND check IN {checks:Array(String)}
GROUP BY plant, check, class
ORDER BY running = 0, due_at, amount DESC
LIMIT 1
