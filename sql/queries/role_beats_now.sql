-- What every process that is there said of itself last.
SELECT process, max(role_beats.at) AS said_at, argMax(role_beats.roles, role_beats.at) AS roles, argMax(role_beats.leases, role_beats.at) AS leases, argMax(role_beats.body, role_beats.at) AS body
FROM role_beats
WHERE role_beats.at > now64(3) - toIntervalMillisecond({within_ms:UInt32})
GROUP BY process
ORDER BY process
