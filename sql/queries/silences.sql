-- Silences that last, are to come, or ended since a moment; those that end first come first.
SELECT id, written_at, matcher, from, to, actor, reason, ended_at
FROM silences FINAL
WHERE to >= {since:DateTime64(3, 'UTC')} AND (toUnixTimestamp64Milli(ended_at) = 0 OR ended_at >= {since:DateTime64(3, 'UTC')})
ORDER BY to, id
