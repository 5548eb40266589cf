-- What a list shows of some cases; only these columns, since rows are wide and lie anywhere.
SELECT number, check, plant, key, class, state, status, version, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, severity, team, assignee, since, opened_at, closed_at, last_run, agreed, reopens, acknowledged_at, resolution, snoozed_until, asked_by, accept_reason, accepted_by, said_cause, cause, comments, pauses, acknowledge_due, resolve_due, warn_at
FROM exception_cases FINAL
WHERE number IN {numbers:Array(UInt64)} AND plant IN {plants:Array(String)}
