-- The other open cases that have the same in common.
SELECT toUInt32(count()) AS cases, sum(counted) AS amount
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)} AND number != {number:UInt64} AND shared = {shared:String} AND shared != ''
