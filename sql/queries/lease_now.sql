-- Who has a lease, or had it last, and whether it still lasts; and the engine's clock, below which no new epoch is.
SELECT max(epoch) AS last, argMax(leases.holder, (leases.epoch, leases.at)) AS holder,
  argMax(leases.until, (leases.epoch, leases.at)) > now64(6) AS is_held, toUInt64(toUnixTimestamp64Micro(now64(6))) AS now_us
FROM leases
WHERE lease = {lease:String}
