-- Whether a holder has the newest epoch of a lease.
SELECT max(epoch) = {epoch:UInt64} AND argMax(leases.holder, (leases.epoch, leases.at)) = {holder:String} AS is_mine
FROM leases
WHERE lease = {lease:String}
