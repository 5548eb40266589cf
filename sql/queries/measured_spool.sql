-- What waited in the spool over time, as we measured ourselves: by kind of message the most bytes and the oldest of each step.
SELECT attributes['plumbline.spool.kind'] AS kind, toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + step * {step_s:UInt32}, 3, 'UTC') AS at,
  maxIf(value, name = 'plumbline.spool.size') AS bytes, maxIf(value, name = 'plumbline.spool.age') AS age_s
FROM (
  SELECT attributes, name, value, intDiv(dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, ts), {step_s:UInt32} * 1000) AS step
  FROM measurements
  WHERE name IN ('plumbline.spool.size', 'plumbline.spool.age') AND service = 'plumbline' AND received_at >= {from:DateTime64(3, 'UTC')}
    AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
)
GROUP BY kind, step
ORDER BY kind, step
