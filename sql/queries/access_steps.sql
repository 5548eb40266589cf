-- What became of people and tokens, first to last; and of sessions, those that may still be open.
SELECT at, id, subject, step, actor, body FROM access_steps FINAL
WHERE at >= {since:DateTime64(6)} AND (NOT startsWith(step, 'session_') OR at >= {sessions_since:DateTime64(6)})
ORDER BY at, id
