-- The other open cases whose first cause has the same in common.
SELECT toUInt32(count()) AS cases, sum(amount_reporting) AS amount
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)} AND number != {number:UInt64}
  AND number IN (SELECT number FROM exception_causes FINAL WHERE rank = 1 AND shared = {shared:String} AND shared != '')
