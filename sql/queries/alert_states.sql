-- The last step of each alert that is not over, or that ended since a moment.
SELECT fingerprint, step, act, at, actor, reason, body, fired_at
FROM (
  SELECT fingerprint, max(alert_steps.step) AS step, argMax(toString(alert_steps.act), alert_steps.step) AS act, argMax(alert_steps.at, alert_steps.step) AS at,
    argMax(toString(alert_steps.actor), alert_steps.step) AS actor, argMax(alert_steps.reason, alert_steps.step) AS reason,
    argMax(alert_steps.body, alert_steps.step) AS body, maxIf(alert_steps.at, alert_steps.act = 'firing') AS fired_at
  FROM alert_steps
  GROUP BY fingerprint
)
WHERE act != 'resolved' OR at >= {since:DateTime64(3, 'UTC')}
ORDER BY fired_at DESC, fingerprint
