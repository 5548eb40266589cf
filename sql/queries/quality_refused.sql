-- The bodies of refused messages, with every reason.
SELECT source, message_id, argMax(reasons, received_at) AS reasons, substring(argMax(quarantine.body, received_at), 1, 4000) AS body
FROM quarantine
WHERE (source, message_id) IN arrayZip({sources:Array(String)}, {ids:Array(String)})
GROUP BY source, message_id
