-- What happened to one alert, newest first.
SELECT step, at, act, actor, reason, severity, starts_at, body
FROM alert_steps FINAL
WHERE fingerprint = {fingerprint:String}
ORDER BY step DESC
LIMIT 200
