-- Up to when each source is complete in each plant, as it says itself, and how far that is believed: a source that was
-- silent or behind for longer than it may be is held at what it has delivered, until it has settled for a while.
WITH
  claims AS (
    SELECT source, plant, max(watermarks.complete_to) AS claimed, max(watermarks.received_at) AS said_at,
      {at:DateTime64(3, 'UTC')} - toIntervalMillisecond({settle_ms:Array(UInt64)}[indexOf({sources:Array(String)}, toString(source))]) AS since,
      -- the statements before and within the time to settle: a longer gap between them was a silence
      maxIf(watermarks.received_at, watermarks.received_at <= since) AS before_at, minIf(watermarks.received_at, watermarks.received_at > since) AS within_at,
      maxIf(watermarks.complete_to, watermarks.received_at <= since) AS before_to,
      {stale_ms:Array(UInt64)}[indexOf({sources:Array(String)}, toString(source))] AS stale_ms
    FROM watermarks
    WHERE load_seq <= {cut:UInt64} AND source IN {sources:Array(String)}
    GROUP BY source, plant
  ),
  arrivals AS (
    SELECT source, plant, max(late_to) AS delivered_to
    FROM source_arrivals
    WHERE load_seq <= {cut:UInt64} AND late > 0 AND source IN {sources:Array(String)} AND source_arrivals.received_at <= {at:DateTime64(3, 'UTC')}
      AND source_arrivals.received_at > {at:DateTime64(3, 'UTC')} - toIntervalMillisecond({settle_ms:Array(UInt64)}[indexOf({sources:Array(String)}, toString(source))])
    GROUP BY source, plant
    -- single messages come late in every business; an edge that catches up delivers little else
    HAVING sum(late) * 2 > sum(messages)
  )
SELECT claims.source AS source, claims.plant AS plant, claimed AS complete_to, said_at,
  if(delivered_to > toDateTime64(0, 3, 'UTC') AND delivered_to < claimed, delivered_to, toDateTime64(0, 3, 'UTC')) AS late_to,
  if(before_at > toDateTime64(0, 3, 'UTC') AND within_at > before_at + toIntervalMillisecond(stale_ms) AND within_at <= {at:DateTime64(3, 'UTC')} AND before_to < claimed, before_to, toDateTime64(0, 3, 'UTC')) AS silent_to
FROM claims
LEFT JOIN arrivals ON arrivals.source = claims.source AND arrivals.plant = claims.plant
