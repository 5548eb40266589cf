-- Who was told of one alert, what, and when; newest first.
SELECT receiver, sequence, id, created_at, JSONExtractString(said, 'status') AS status
FROM (
  SELECT receiver, sequence, id, created_at, arrayFirst(each -> JSONExtractString(each, 'fingerprint') = {fingerprint:String}, JSONExtractArrayRaw(body, 'alerts')) AS said
  FROM notifications FINAL
  WHERE NOT is_test AND position(body, {fingerprint:String}) > 0
)
WHERE said != ''
ORDER BY created_at DESC, receiver
LIMIT 200
