-- Orders with a case opened in the range, by steps of it. Of all checks where none is named.
SELECT toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + bucket * {step_s:UInt32}, 3, 'UTC') AS at, toUInt32(uniqExact(plant, order_no)) AS orders
FROM (
  SELECT plant, order_no, intDiv(toUnixTimestamp64Milli(opened_at) - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket
  FROM exceptions
  WHERE plant IN {plants:Array(String)} AND order_no != '' AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}
    AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
)
GROUP BY bucket
ORDER BY at
