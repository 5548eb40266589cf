-- Our own processes over time, as they measured themselves: the longest hold-up of an event loop (p99 of ten seconds, in
-- seconds), the most memory and the most used of a disk (both in bytes) of each step.
SELECT name, toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + step * {step_s:UInt32}, 3, 'UTC') AS at, max(value) AS highest
FROM (
  SELECT name, value, intDiv(dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, toDateTime64(ts, 3, 'UTC')), {step_s:UInt32} * 1000) AS step
  FROM measurements
  WHERE name IN ('nodejs.eventloop.delay.p99', 'process.memory.usage', 'plumbline.disk.used') AND service = 'plumbline' AND received_at >= {from:DateTime64(3, 'UTC')}
    AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
)
GROUP BY name, step
ORDER BY name, step
