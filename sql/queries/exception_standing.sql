-- What stands of the open cases, whatever the filters: how many sleep, and of those awake how many are late, soon late,
-- asked to be accepted by another than the actor, his, nobody's, or name him in a comment.
SELECT toUInt32(count()) AS open, toUInt32(countIf(sleeps)) AS asleep, toUInt32(countIf(NOT sleeps)) AS awake,
  toUInt32(countIf(NOT sleeps AND next_due <= {at:DateTime64(3, 'UTC')})) AS late,
  toUInt32(countIf(NOT sleeps AND warn_at <= {at:DateTime64(3, 'UTC')} AND next_due > {at:DateTime64(3, 'UTC')})) AS soon,
  toUInt32(countIf(NOT sleeps AND asked_by NOT IN ('', {actor:String}) AND status IN ('open', 'acknowledged', 'in_progress'))) AS asked,
  toUInt32(countIf(NOT sleeps AND assignee != '' AND assignee = {actor:String})) AS mine,
  toUInt32(countIf(NOT sleeps AND assignee = '')) AS nobody,
  -- nobody is named by no name
  toUInt32(countIf(NOT sleeps AND {me:String} != ''
    AND ({me:String} = '' OR number IN (SELECT number FROM case_mentions WHERE match(text, {me:String})))
  )) AS named
FROM (
  SELECT number, next_due, warn_at, asked_by, status, assignee, ifNull(snoozed_until > {at:DateTime64(3, 'UTC')}, false) AS sleeps
  FROM exception_cases FINAL
  WHERE state = 'open' AND plant IN {plants:Array(String)}
)
