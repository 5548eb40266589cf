-- Orders of which a message came in the time and which the runs named have judged, and how many of them differ in none
-- of these: by the hour of the first message ('at') and by partner, as `cut` says. An order is a key of a flow; it was
-- judged where a run of a check of its flow and plant is no older than its first message. One that differs only within
-- the grace is in flight and not counted. An order's partner is the one that any of its messages names.
-- Orders are told apart by a hash, and grouped once. Where the time is long (`is_long`), the partners of all orders are
-- read: to look up those of millions takes twice as long.
WITH judged AS (SELECT plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, '') AS flow, max(runs.clock) AS clock FROM runs WHERE run IN {runs:Array(String)} GROUP BY plant, flow)
SELECT multiIf(grouping(hour) = 0, 'at', grouping(partner) = 0, 'partner', 'all') AS cut, toDateTime64(hour, 3, 'UTC') AS at, partner,
  toUInt32(sum(orders)) AS compared, toUInt32(sum(agreeing)) AS agreed
FROM (
  SELECT first_hour AS hour, named AS partner, count() AS orders, countIf(differing.is_found = 0) AS agreeing
  FROM (
    SELECT hash, min(heard_hour) AS first_hour, min(heard_at) AS first_at, max(heard_clock) AS clock, max(named_partner) AS named, max(is_heard) AS is_in_time
    FROM (
      SELECT cityHash64(event_receipts.plant, event_receipts.flow, key) AS hash, hour AS heard_hour, occurred_at AS heard_at, judged.clock AS heard_clock, '' AS named_partner, true AS is_heard
      FROM event_receipts
      INNER JOIN judged ON judged.plant = event_receipts.plant AND judged.flow = event_receipts.flow
      WHERE event_receipts.plant IN {plants:Array(String)} AND hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND outcome != 'quarantined'
        AND event_receipts.flow != '' AND key != '' AND {flow:String} IN ('', event_receipts.flow) AND {stage:String} IN ('', stage)
      UNION ALL
      SELECT cityHash64(plant, flow, key) AS hash, toDateTime('2106-01-01 00:00:00', 'UTC'), toDateTime64('2106-01-01 00:00:00', 3, 'UTC'), toDateTime64(0, 3, 'UTC'), toString(flow_progress.partner), false
      FROM flow_progress
      WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND flow_progress.partner != ''
        -- if not is_long
        AND NOT {is_long:Bool} AND (plant, flow, key) IN (
          SELECT plant, flow, key FROM event_receipts WHERE plant IN {plants:Array(String)} AND hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND flow != '' AND key != ''
        )
        -- end
    )
    GROUP BY hash
    HAVING is_in_time AND first_at <= clock
  ) AS known
  LEFT ANY JOIN (
    SELECT cityHash64(plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, ''), order_no) AS hash, true AS is_found, max(NOT in_grace) AS is_out
    FROM variances WHERE run IN {runs:Array(String)} AND order_no != '' GROUP BY hash
  ) AS differing ON differing.hash = known.hash
  WHERE (is_out OR NOT is_found) AND {partner:String} IN ('', if(named = '', '-', named))
  GROUP BY hour, partner
)
GROUP BY GROUPING SETS ((hour), (partner), ())
ORDER BY cut, at, partner
