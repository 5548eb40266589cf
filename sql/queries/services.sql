-- The services that sent spans since a moment.
SELECT service FROM services_seen
WHERE service != ''
GROUP BY service
HAVING max(last_at) >= {from:DateTime64(3, 'UTC')}
ORDER BY service
LIMIT 200
