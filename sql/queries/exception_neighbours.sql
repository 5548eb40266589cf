-- The open cases before and after one, in the order of value; 0 where there is none.
WITH (SELECT max(amount_reporting) FROM exceptions WHERE number = {number:UInt64}) AS own
SELECT toUInt32(argMinIf(number, (amount_reporting, -toInt64(number)), amount_reporting > own OR (amount_reporting = own AND number < {number:UInt64}))) AS before,
  toUInt32(argMaxIf(number, (amount_reporting, -toInt64(number)), amount_reporting < own OR (amount_reporting = own AND number > {number:UInt64}))) AS after
FROM exceptions
WHERE state = 'open' AND plant IN {plants:Array(String)}
