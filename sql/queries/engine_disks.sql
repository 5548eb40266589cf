-- The room of the engine for our tables, by the storage policy they have: of all disks of the policy together, since what
-- one of them has no room for goes to the next. A policy with a bucket in it has no end and is left out.
SELECT policy AS disk, arrayStringConcat(groupArray(disks.path), ', ') AS path, toFloat64(sum(disks.free_space)) AS free_bytes, toFloat64(sum(disks.total_space)) AS total_bytes
FROM (
  SELECT DISTINCT policy_name AS policy, arrayJoin(disks) AS disk_name
  FROM system.storage_policies
  WHERE policy_name IN (SELECT storage_policy FROM system.tables WHERE database = currentDatabase())
) AS used
INNER JOIN system.disks AS disks ON disks.name = used.disk_name
GROUP BY policy
HAVING max(disks.is_remote) = 0
ORDER BY policy
