-- When a source was away in a plant, though others went on: from what it was complete to, up to what the others were
-- complete to before it spoke again. Told by what sources say of themselves, so that it is the same for history.
SELECT source, plant, before_to AS away_from, max(clock) AS away_to
FROM (
  SELECT source, plant, complete_to,
    max(watermarks.complete_to) OVER (PARTITION BY source, plant ORDER BY toUnixTimestamp64Milli(watermarks.received_at) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to,
    -- what came within the same moment stands beside it, not before it
    max(watermarks.complete_to) OVER (ORDER BY toUnixTimestamp64Milli(watermarks.received_at) RANGE BETWEEN UNBOUNDED PRECEDING AND 1000 PRECEDING) AS clock
  FROM watermarks
  WHERE watermarks.complete_to >= {from:DateTime64(3, 'UTC')}
)
WHERE toUnixTimestamp64Milli(before_to) > 0
  AND clock > before_to + toIntervalMillisecond(transform(toString(source), {sources:Array(String)}, {stale_ms:Array(UInt64)}, toUInt64(0)))
GROUP BY source, plant, before_to
ORDER BY away_from, source, plant
