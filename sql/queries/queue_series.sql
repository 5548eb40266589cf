-- How much waited in each queue over time: the last value of each of its series in a step, together.
SELECT name, plant, system, destination, toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000) + step * {step_s:UInt32}, 3, 'UTC') AS at, sum(newest) AS value
FROM (
  SELECT name, plant, system, destination, step, argMax(value, ts) AS newest
  FROM (
    SELECT name, plant, system, unit, value, ts,
      intDiv(dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, toDateTime64(ts, 3, 'UTC')), {step_s:UInt32} * 1000) AS step, mapConcat(JSONExtract(measurements.resource, 'Map(String, String)'), CAST(attributes AS Map(String, String))) AS said,
      said[arrayFirst(one -> said[one] != '', {destinations:Array(String)})] AS destination,
      cityHash64(toString(mapFilter((one, text) -> NOT match(one, '^(service\\.instance|process|container|k8s\\.pod)'), said))) AS sent_as
    FROM measurements
    WHERE name IN {metrics:Array(String)} AND received_at >= {from:DateTime64(3, 'UTC')} AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')} AND NOT is_monotonic AND NOT is_delta
  )
  GROUP BY name, plant, system, destination, sent_as, step
)
GROUP BY name, plant, system, destination, step
ORDER BY name, plant, system, destination, step
LIMIT 100000
