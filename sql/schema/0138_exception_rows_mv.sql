CREATE MATERIALIZED VIEW IF NOT EXISTS exception_rows_mv /*on cluster*/ TO exception_rows AS
SELECT number, plant, revision,
  formatRowNoNewline('JSONEachRow', number, check, plant, key, class, state, status, version, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, severity, team, assignee, since, opened_at, closed_at, last_run, agreed, reopens, acknowledged_at, resolution, snoozed_until, asked_by, accept_reason, accepted_by, said_cause, cause, comments, paused, acknowledge_due, resolve_due, warn_at) AS shown
FROM exception_cases
