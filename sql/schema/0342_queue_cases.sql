-- What a list of cases is made from: the few columns it is filtered, sorted and counted by, each case with its likeliest
-- cause, or the one a person said it has, and with its root: what it has in common with cases of one failure, else its
-- cause, else how its sides differ; and with the moment the first of its clocks runs out, far away where none runs.
CREATE VIEW IF NOT EXISTS queue_cases /*on cluster*/ AS
SELECT number, plant, check, class, state, status, severity, team, assignee, key, item, order_no, amount_reporting, since, opened_at, reopened_at, snoozed_until, warn_at, asked_by,
  if(said_cause != '', said_cause, found_cause) AS cause,
  -- what a person said otherwise, it has nothing in common with the others any more
  if(said_cause IN ('', found_cause), found_shared, '') AS shared,
  least(ifNull(acknowledge_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC')), ifNull(resolve_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC'))) AS next_due,
  multiIf(found_shared != '' AND said_cause IN ('', found_cause), found_shared, said_cause != '', concat('cause:', toString(said_cause)), found_cause != '', concat('cause:', toString(found_cause)), concat('class:', toString(class))) AS root
FROM exception_cases FINAL
LEFT JOIN (SELECT number AS of_number, cause AS found_cause, shared AS found_shared FROM exception_causes FINAL WHERE rank = 1) AS causes ON causes.of_number = exception_cases.number
