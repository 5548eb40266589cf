-- Messages received, and how many of them were late, broke their contract or had come before: by hour ('at'), by place
-- ('plant', 'flow', 'stage') and by partner, as `cut` says; of the range and of the one before it. An hour is the one in
-- which a message happened, whenever it came: what comes late corrects the hour it belongs to.
-- Late: let in, but later than its source's limit after it happened; what happened before its source was first heard of
-- is history and not counted. Repeated: its source and id had been received before, for what happened within a day of it.
-- A plant that is none of those `known` is counted under ''.
-- Hours are read from their sums, and by partner the days named; but the hour, and the day, in which a source was first heard
-- of from its messages: they are history in part. So is all where `is_by_row` says so: in short ranges, and where sums
-- can't tell, of one partner by the hour, or by a limit between two steps of their lateness.
WITH first_heard AS (SELECT source, plant, min(sources_heard.first_at) AS first_at FROM sources_heard GROUP BY source, plant),
  (SELECT (toStartOfDay(min(first_at)), toStartOfDay(max(first_at)) + INTERVAL 1 DAY) FROM sources_heard) AS first_days
SELECT cut, at, is_before, plant, flow, stage, partner,
  toUInt32(all) AS received, toUInt32(all_live) AS live, toUInt32(all_late) AS late, toUInt32(all_deviating) AS deviating, toUInt32(all_quarantined) AS quarantined, toUInt32(all_again) AS repeated
FROM (
SELECT multiIf(grouping(hour) = 0, 'at', grouping(stage) = 0, 'place', grouping(partner) = 0, 'partner', 'all') AS cut,
  toDateTime64(hour, 3, 'UTC') AS at, is_before, plant, flow, stage, partner,
  if(grouping(partner) = 0, sumIf(counted, told_by != 'place'), sumIf(counted, told_by != 'partner')) AS all,
  if(grouping(partner) = 0, sumIf(counted_live, told_by != 'place'), sumIf(counted_live, told_by != 'partner')) AS all_live,
  if(grouping(partner) = 0, sumIf(counted_late, told_by != 'place'), sumIf(counted_late, told_by != 'partner')) AS all_late,
  if(grouping(partner) = 0, sumIf(counted_deviating, told_by != 'place'), sumIf(counted_deviating, told_by != 'partner')) AS all_deviating,
  if(grouping(partner) = 0, sumIf(counted_quarantined, told_by != 'place'), sumIf(counted_quarantined, told_by != 'partner')) AS all_quarantined,
  if(grouping(partner) = 0, sumIf(again, told_by != 'place'), sumIf(again, told_by != 'partner')) AS all_again
FROM (
  SELECT receipts.hour AS hour, receipts.hour < {from:DateTime64(3, 'UTC')} AS is_before, if(receipts.plant IN {known:Array(String)}, toString(receipts.plant), '') AS plant, flow, stage, partner, outcome, told_by,
    outcome != 'quarantined' AND receipts.happened_at >= heard.first_at AS is_live, is_live AND receipts.lag_ms > transform(toString(receipts.source), {sources:Array(String)}, {limits_ms:Array(UInt64)}, toUInt64(0)) AS is_late,
    counted, counted * is_live AS counted_live, counted * is_late AS counted_late, counted * (outcome = 'deviating') AS counted_deviating, counted * (outcome = 'quarantined') AS counted_quarantined, again
  FROM (
    -- of messages that came again; of few, so each counts by place and by partner
    SELECT '' AS sum_of, '' AS told_by, plant, hour, flow, stage, toString(receipts_again.partner) AS partner, source, '' AS outcome, toInt64(0) AS lag_ms, toDateTime64(0, 3, 'UTC') AS happened_at, toUInt64(0) AS counted, toUInt64(1) AS again
    FROM receipts_again FINAL
    WHERE hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND abs(dateDiff('hour', hour_before, hour)) <= 24
    -- if is_by_row
    UNION ALL
    SELECT '', '', plant, hour, flow, stage, event_receipts.partner, source, toString(outcome), dateDiff('millisecond', occurred_at, received_at), occurred_at, 1, 0
    FROM event_receipts
    WHERE {is_by_row:Bool} AND hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')}
    -- end
    -- if not is_by_row
    UNION ALL
    SELECT 'hour', 'place', plant, hour, flow, stage, '', source, toString(outcome) AS kept, toInt64(lag_s) * 1000, toDateTime64(hour, 3, 'UTC'), count(), 0
    FROM event_receipts
    WHERE NOT {is_by_row:Bool} AND hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')}
    GROUP BY plant, hour, flow, stage, source, event_receipts.outcome, lag_s
    UNION ALL
    SELECT '', 'place', plant, hour, flow, stage, event_receipts.partner, source, toString(outcome), dateDiff('millisecond', occurred_at, received_at), occurred_at, 1, 0
    FROM event_receipts
    WHERE NOT {is_by_row:Bool} AND hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')}
      AND hour >= first_days.1 AND hour < first_days.2 AND (source, plant, hour) IN (SELECT source, plant, toStartOfHour(first_at) FROM first_heard)
    UNION ALL
    SELECT 'day', 'partner', plant, toStartOfDay(hour) AS day, flow, stage, toString(event_receipts.partner) AS partner, source, toString(outcome) AS kept, toInt64(lag_s) * 1000, toDateTime64(day, 3, 'UTC'), count(), 0
    FROM event_receipts
    WHERE NOT {is_by_row:Bool} AND (toStartOfDay(hour) >= toDateTime({previous_day_from:UInt32} * 86400, 'UTC') AND toStartOfDay(hour) < toDateTime({previous_day_to:UInt32} * 86400, 'UTC')
      OR toStartOfDay(hour) >= toDateTime({day_from:UInt32} * 86400, 'UTC') AND toStartOfDay(hour) < toDateTime({day_to:UInt32} * 86400, 'UTC'))
    GROUP BY plant, day, flow, stage, event_receipts.partner, source, event_receipts.outcome, lag_s
    UNION ALL
    SELECT '', 'partner', plant, hour, flow, stage, event_receipts.partner, source, toString(outcome), dateDiff('millisecond', occurred_at, received_at), occurred_at, 1, 0
    FROM event_receipts
    WHERE NOT {is_by_row:Bool} AND hour >= {previous_from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')}
      AND (hour < toDateTime({previous_day_from:UInt32} * 86400, 'UTC') OR hour >= toDateTime({previous_day_to:UInt32} * 86400, 'UTC'))
      AND (hour < toDateTime({day_from:UInt32} * 86400, 'UTC') OR hour >= toDateTime({day_to:UInt32} * 86400, 'UTC'))
    UNION ALL
    SELECT '', 'partner', plant, hour, flow, stage, event_receipts.partner, source, toString(outcome), dateDiff('millisecond', occurred_at, received_at), occurred_at, 1, 0
    FROM event_receipts
    WHERE NOT {is_by_row:Bool} AND hour >= first_days.1 AND hour < first_days.2 AND (source, plant, toStartOfDay(hour)) IN (SELECT source, plant, toStartOfDay(first_at) FROM first_heard)
      AND (hour >= toDateTime({previous_day_from:UInt32} * 86400, 'UTC') AND hour < toDateTime({previous_day_to:UInt32} * 86400, 'UTC')
        OR hour >= toDateTime({day_from:UInt32} * 86400, 'UTC') AND hour < toDateTime({day_to:UInt32} * 86400, 'UTC'))
    -- end
  ) AS receipts
  LEFT JOIN first_heard AS heard ON heard.source = receipts.source AND heard.plant = receipts.plant
  WHERE (receipts.plant IN {plants:Array(String)} OR ('' IN {plants:Array(String)} AND receipts.plant NOT IN {known:Array(String)}))
    AND NOT (sum_of = 'hour' AND receipts.hour = toStartOfHour(heard.first_at)) AND NOT (sum_of = 'day' AND receipts.hour = toStartOfDay(heard.first_at))
    AND {flow:String} IN ('', if(flow = '', '-', flow)) AND {stage:String} IN ('', if(stage = '', '-', stage)) AND {partner:String} IN ('', if(partner = '', '-', partner))
)
GROUP BY GROUPING SETS ((hour, is_before), (is_before, plant, flow, stage), (is_before, partner), (is_before))
HAVING all + all_again > 0
)
ORDER BY cut, at, is_before, plant, flow, stage, partner
