-- How much waits in each queue: the newest values of its series together. A sender that was started again goes on with its
-- series; one that ended while others of its queue are still measured is over; what only grows, or says no more than what
-- has changed, is no depth. What claims to be of a time that no clock can show yet would be the newest for ever, and is left out.
SELECT name, plant, system, destination, any(unit) AS unit, toUInt32(count()) AS series, sum(newest) AS value, max(newest_at) AS measured_at
FROM (
  SELECT name, plant, system, destination, any(unit) AS unit, argMax(value, ts) AS newest, max(ts) AS newest_at,
    max(max(ts)) OVER (PARTITION BY name, plant, system, destination) AS queue_newest_at
  FROM (
    SELECT name, plant, system, unit, value, ts, mapConcat(JSONExtract(measurements.resource, 'Map(String, String)'), CAST(attributes AS Map(String, String))) AS said,
      said[arrayFirst(one -> said[one] != '', {destinations:Array(String)})] AS destination,
      cityHash64(toString(mapFilter((one, text) -> NOT match(one, '^(service\\.instance|process|container|k8s\\.pod)'), said))) AS sent_as
    FROM measurements
    WHERE name IN {metrics:Array(String)} AND received_at >= {from:DateTime64(3, 'UTC')} AND ts >= {from:DateTime64(3, 'UTC')} AND ts <= {newest:DateTime64(3, 'UTC')} AND NOT is_monotonic AND NOT is_delta
  )
  GROUP BY name, plant, system, destination, sent_as
)
WHERE newest_at > queue_newest_at - toIntervalSecond({stale_s:UInt32})
GROUP BY name, plant, system, destination
ORDER BY plant, system, destination, name
LIMIT 1000
