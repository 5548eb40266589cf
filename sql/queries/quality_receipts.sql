-- Messages received, and how many of them were late, broke their contract or had come before: by hour ('at'), by place
-- ('plant', 'flow', 'stage') and by partner, as `cut` says; of the range and of the one before it. An hour is the one in
-- which a message happened, whenever it came: what comes late corrects the hour it belongs to.
-- Late: let in, but later than its source's limit after it happened; what happened before its source was first heard of
-- is history and not counted. Repeated: its source and id had been received before, for what happened within a day of it.
-- A plant that is none of those `known` is counted under ''.
SELECT multiIf(grouping(hour) = 0, 'at', grouping(stage) = 0, 'place', grouping(partner) = 0, 'partner', 'all') AS cut,
  toDateTime64(hour, 3, 'UTC') AS at, is_before, plant, flow, stage, partner,
  toUInt32(count()) AS received,
  toUInt32(countIf(is_live)) AS live, toUInt32(countIf(is_live AND is_late)) AS late,
  toUInt32(countIf(outcome = 'deviating')) AS deviating, toUInt32(countIf(outcome = 'quarantined')) AS quarantined,
  toUInt32(countIf(is_repeated)) AS repeated
FROM (
  SELECT receipts.hour AS hour, receipts.hour < {from:DateTime64(3, 'UTC')} AS is_before, if(receipts.plant IN {known:Array(String)}, receipts.plant, '') AS plant, flow, stage, partner, outcome,
    outcome != 'quarantined' AND receipts.occurred_at >= heard.first_at AS is_live,
    receipts.received_at > receipts.occurred_at + toIntervalMillisecond(transform(toString(receipts.source), {sources:Array(String)}, {limits_ms:Array(UInt64)}, toUInt64(0))) AS is_late,
    abs(dateDiff('hour', hour_before, receipts.hour)) <= 24 AS is_repeated
  FROM (
    -- few come twice: only those are set in order. What shares a hash with another is looked at as if it had.
    WITH again AS (
      SELECT cityHash64(source, event_id) AS hash FROM event_receipts
      WHERE hour >= {previous_from:DateTime64(3, 'UTC')} - INTERVAL 1 DAY AND hour < {to:DateTime64(3, 'UTC')} + INTERVAL 1 DAY
      GROUP BY hash HAVING count() > 1
    )
    SELECT hour, plant, flow, stage, partner, source, outcome, occurred_at, received_at, toDateTime(0, 'UTC') AS hour_before
    FROM event_receipts
    WHERE hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND cityHash64(source, event_id) NOT IN again
    UNION ALL
    SELECT hour, plant, flow, stage, partner, source, outcome, occurred_at, received_at,
      lagInFrame(hour) OVER (PARTITION BY source, event_id ORDER BY received_at, load_seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS hour_before
    FROM event_receipts
    WHERE hour >= {previous_from:DateTime64(3, 'UTC')} - INTERVAL 1 DAY AND hour < {to:DateTime64(3, 'UTC')} + INTERVAL 1 DAY AND cityHash64(source, event_id) IN again
  ) AS receipts
  LEFT JOIN (SELECT source, plant, min(sources_heard.first_at) AS first_at FROM sources_heard GROUP BY source, plant) AS heard
    ON heard.source = receipts.source AND heard.plant = receipts.plant
  WHERE hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND (receipts.plant IN {plants:Array(String)} OR ('' IN {plants:Array(String)} AND receipts.plant NOT IN {known:Array(String)}))
    AND {flow:String} IN ('', if(flow = '', '-', flow)) AND {stage:String} IN ('', if(stage = '', '-', stage)) AND {partner:String} IN ('', if(partner = '', '-', partner))
)
GROUP BY GROUPING SETS ((hour, is_before), (is_before, plant, flow, stage), (is_before, partner), (is_before))
ORDER BY cut, at, is_before, plant, flow, stage, partner
