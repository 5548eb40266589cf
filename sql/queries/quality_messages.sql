-- Messages that were late, broke their contract or had come before, or all received, as `measure` says, those that happened
-- last first; the same as quality_receipts.sql counts.
SELECT plant, flow, stage, system, source, partner, key, event_id, type, occurred_at, received_at, toString(outcome) AS outcome, codes, late_ms, received_before, toUInt32(count() OVER ()) AS total
FROM (
  SELECT *, outcome != 'quarantined' AND receipts.occurred_at >= heard.first_at
      AND receipts.received_at > receipts.occurred_at + toIntervalMillisecond(transform(toString(receipts.source), {sources:Array(String)}, {limits_ms:Array(UInt64)}, toUInt64(0))) AS is_late,
    toFloat64(dateDiff('millisecond', receipts.occurred_at, receipts.received_at)) AS late_ms
  FROM (
    SELECT *, hour, lagInFrame(hour) OVER earlier AS hour_before, lagInFrame(event_receipts.received_at) OVER earlier AS received_before
    FROM event_receipts
    WHERE hour >= {from:DateTime64(3, 'UTC')} - INTERVAL 1 DAY AND hour < {to:DateTime64(3, 'UTC')} + INTERVAL 1 DAY
    WINDOW earlier AS (PARTITION BY source, event_id ORDER BY event_receipts.received_at, load_seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  ) AS receipts
  LEFT JOIN (SELECT source, plant, min(sources_heard.first_at) AS first_at FROM sources_heard GROUP BY source, plant) AS heard
    ON heard.source = receipts.source AND heard.plant = receipts.plant
  WHERE hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND (receipts.plant IN {plants:Array(String)} OR ('' IN {plants:Array(String)} AND receipts.plant NOT IN {known:Array(String)}))
    AND {flow:String} IN ('', if(flow = '', '-', flow)) AND {stage:String} IN ('', if(stage = '', '-', stage)) AND {partner:String} IN ('', if(partner = '', '-', partner))
)
WHERE multiIf({measure:String} = 'received', true, {measure:String} = 'timeliness', is_late, {measure:String} = 'conformity', outcome != 'accepted', abs(dateDiff('hour', hour_before, hour)) <= 24)
ORDER BY occurred_at DESC, source, event_id, received_at
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
