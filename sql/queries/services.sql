-- The services that sent spans since a moment.
SELECT DISTINCT service FROM otel_spans
WHERE ts >= {from:DateTime64(3, 'UTC')} AND service != ''
ORDER BY service
LIMIT 200
