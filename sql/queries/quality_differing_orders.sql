-- Orders that differed out of grace in the runs named, dearest first: each by its dearest difference, with how many keys
-- of it differ and the case that this one belongs to. Which orders, and in which hour each counts, is as in
-- quality_orders: by the first message that came in the time.
SELECT dearest.1 AS run, dearest.2 AS check, found.plant AS plant, dearest.3 AS key, dearest.4 AS class, dearest.5 AS left_value, dearest.6 AS right_value,
  dearest.7 AS since, toDecimal128(dearest.8, 6) AS amount, partners.partner AS partner, differing, toUInt32(cases.number) AS exception, toUInt32(count() OVER ()) AS total
FROM (
  SELECT plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, '') AS flow, order_no, toUInt32(uniqExact(check, key)) AS differing,
    argMax((run, toString(check), key, toString(class), left_value, right_value, since, amount_reporting), (amount_reporting, check, key)) AS dearest
  FROM variances
  WHERE run IN {runs:Array(String)} AND NOT in_grace AND order_no != ''
  GROUP BY plant, flow, order_no
) AS found
INNER JOIN (
  SELECT plant, flow, key, min(hour) AS first_hour, min(occurred_at) AS first_at
  FROM event_receipts
  WHERE plant IN {plants:Array(String)} AND hour >= {from:DateTime64(3, 'UTC')} AND hour < {to:DateTime64(3, 'UTC')} AND outcome != 'quarantined'
    AND flow != '' AND key != '' AND {flow:String} IN ('', flow) AND {stage:String} IN ('', stage)
  GROUP BY plant, flow, key
) AS orders ON orders.plant = found.plant AND orders.flow = found.flow AND orders.key = found.order_no
INNER JOIN (SELECT plant, transform(toString(check), {checks:Array(String)}, {flows:Array(String)}, '') AS flow, max(runs.clock) AS clock FROM runs WHERE run IN {runs:Array(String)} GROUP BY plant, flow) AS judged
  ON judged.plant = found.plant AND judged.flow = found.flow
LEFT ANY JOIN (SELECT plant, flow, key, max(flow_progress.partner) AS partner FROM flow_progress WHERE plant IN {plants:Array(String)} GROUP BY plant, flow, key) AS partners
  ON partners.plant = found.plant AND partners.flow = found.flow AND partners.key = found.order_no
LEFT ANY JOIN (SELECT check, plant, key, class, max(number) AS number FROM exception_steps GROUP BY check, plant, key, class) AS cases
  ON cases.check = dearest.2 AND cases.plant = found.plant AND cases.key = dearest.3 AND cases.class = dearest.4
WHERE orders.first_at <= judged.clock AND orders.first_hour >= {hour_from:DateTime64(3, 'UTC')} AND orders.first_hour < {hour_to:DateTime64(3, 'UTC')}
  AND {partner:String} IN ('', if(partners.partner = '', '-', partners.partner))
ORDER BY amount DESC, plant, key
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
