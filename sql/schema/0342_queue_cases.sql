-- Cases as they stand, each with its likeliest cause, or the one a person said it has, and with its root: what it has in
-- common with cases of one failure, else its cause, else how its sides differ; and with the moment the first of its
-- clocks runs out, far away where none runs.
CREATE VIEW IF NOT EXISTS queue_cases /*on cluster*/ AS
SELECT exceptions.*,
  if(exceptions.said_cause != '', toString(exceptions.said_cause), toString(causes.found_cause)) AS cause,
  -- what a person said otherwise, it has nothing in common with the others any more
  if(exceptions.said_cause IN ('', causes.found_cause), causes.found_shared, '') AS shared,
  multiIf(shared != '', shared, cause != '', concat('cause:', cause), concat('class:', toString(exceptions.class))) AS root,
  least(ifNull(exceptions.acknowledge_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC')), ifNull(exceptions.resolve_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC'))) AS next_due
FROM exceptions
LEFT JOIN (SELECT number AS of_number, cause AS found_cause, shared AS found_shared FROM exception_causes FINAL WHERE rank = 1) AS causes ON causes.of_number = exceptions.number
