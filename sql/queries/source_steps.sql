-- What people did to sources that are pulled, newest first; the last steps of each, so that none stands without its own.
SELECT source, at, act, actor, reason
FROM source_steps
ORDER BY at DESC
LIMIT {limit:UInt32} BY source
