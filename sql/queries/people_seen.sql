-- Who has acted on cases or been named in doing so, the latest first.
SELECT name, max(seen_at) AS seen_at
FROM (
  SELECT toString(actor) AS name, max(at) AS seen_at FROM exception_acts GROUP BY name
  UNION ALL
  SELECT toString(assignee) AS name, max(at) AS seen_at FROM exception_acts WHERE assignee != '' GROUP BY name
)
WHERE name NOT IN ('', 'operator', 'plumbline')
GROUP BY name
ORDER BY seen_at DESC
LIMIT 500
