-- Orders of which a message came in the time and which the runs named have judged, and how many of them differ in none
-- of these: by the hour of the first message ('at') and by partner, as `cut` says. An order is a key of a flow; it was
-- judged where a run of a check of its flow and plant is no older than its first message. One that differs only within
-- the grace is in flight and not counted. An order's partner is the one that any of its messages names.
SELECT multiIf(grouping(hour) = 0, 'at', grouping(partner) = 0, 'partner', 'all') AS cut, toDateTime64(hour, 3, 'UTC') AS at, partner,
  toUInt32(count()) AS compared, toUInt32(countIf(NOT differs)) AS agreed
FROM (
  SELECT orders.first_hour AS hour, partners.partner AS partner, differing.is_out AS differs
  FROM (
    SELECT plant, flow, key, min(hour) AS first_hour, min(occurred_at) AS first_at
    FROM event_receipts
    WHERE plant IN {plants:Array(String)} AND hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND outcome != 'quarantined'
      AND flow != '' AND key != '' AND {flow:String} IN ('', flow) AND {stage:String} IN ('', stage)
    GROUP BY plant, flow, key
  ) AS orders
  INNER JOIN (SELECT plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, '') AS flow, max(runs.clock) AS clock FROM runs WHERE run IN {runs:Array(String)} GROUP BY plant, flow) AS judged
    ON judged.plant = orders.plant AND judged.flow = orders.flow
  LEFT ANY JOIN (SELECT plant, flow, key, max(flow_progress.partner) AS partner FROM flow_progress WHERE plant IN {plants:Array(String)} AND (plant, flow, key) IN (
    SELECT plant, flow, key FROM event_receipts WHERE plant IN {plants:Array(String)} AND hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND key != ''
  ) GROUP BY plant, flow, key) AS partners
    ON partners.plant = orders.plant AND partners.flow = orders.flow AND partners.key = orders.key
  LEFT ANY JOIN (SELECT plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, '') AS flow, order_no, true AS is_found, max(NOT in_grace) AS is_out FROM variances WHERE run IN {runs:Array(String)} AND order_no != '' GROUP BY plant, flow, order_no) AS differing
    ON differing.plant = orders.plant AND differing.flow = orders.flow AND differing.order_no = orders.key
  WHERE orders.first_at <= judged.clock AND (is_out OR NOT is_found)
    AND {partner:String} IN ('', if(partners.partner = '', '-', partners.partner))
)
GROUP BY GROUPING SETS ((hour), (partner), ())
ORDER BY cut, at, partner
