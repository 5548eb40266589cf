/*
title: Stock in transit
short: In transit
description: What was issued to a plant against what it received and what was reported lost on the way, per line of the transfer order, in the plant that receives. Goods are due after twice the time in which 95 % of the past transfers between the two plants had come, or after the grace where there are fewer than 20 of them; a case weighs its worth times the days begun since.
left: erp
right: wms
record: wms
flow: procure_to_stock
schedule: '0 * * * * *'
grace: 2d
tolerance: '0'
materiality: '5000'
measure: inventory
matching: sums
classes:
  transfer_short: Issued, not received
  transfer_over: Received, not issued
ages: false
daily: true
may_be_silent: true
reads:
  - entity: shipment_lines
    side: left
    where: direction = 'transfer_out'
    plant: if(to_plant = '', toString(plant), toString(to_plant))
    key: [order_no, order_line_no]
    quantity: quantity
    changed_at: if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)
  - entity: shipment_lines
    side: right
    where: direction IN ('transfer_in', 'transfer_loss')
    key: [order_no, order_line_no]
    quantity: quantity
    # a part that has arrived makes the rest no younger
    changed_at: toDateTime64(0, 3, 'UTC')
explains:
  entity: shipment_lines
  ref: shipment_no
  number: shipment_no
  says: direction
  at: if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)
  # a receipt often has a number of its own
  pairs: oldest
*/
WITH
issued AS (
  SELECT if(to_plant = '', toString(plant), toString(to_plant)) AS at_plant, concat(order_no, '/', order_line_no) AS line,
    any(toString(plant)) AS from_plant, sum(quantity) AS sent, min(if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)) AS sent_at
  FROM state(shipment_lines)
  WHERE direction = 'transfer_out' AND system IN {left_systems:Array(String)} AND NOT deleted
  GROUP BY at_plant, line
),
booked AS (
  SELECT toString(plant) AS at_plant, concat(order_no, '/', order_line_no) AS line,
    sum(quantity) AS came, max(if(posted_at > toDateTime64(0, 3, 'UTC'), posted_at, occurred_at)) AS came_at
  FROM state(shipment_lines)
  WHERE plant IN {plants:Array(String)} AND direction IN ('transfer_in', 'transfer_loss') AND system IN {right_systems:Array(String)} AND NOT deleted
  GROUP BY at_plant, line
),
-- how long goods take from one plant to another, once there are enough to say so; doubled, since after a single p95 one
-- in twenty that is merely slow would be a case
lanes AS (
  SELECT from_plant, at_plant, 2 * quantileExact(0.95)(dateDiff('millisecond', sent_at, came_at)) AS usual_ms
  FROM issued
  INNER JOIN booked ON booked.at_plant = issued.at_plant AND booked.line = issued.line
  WHERE came >= sent AND came_at >= sent_at
  GROUP BY from_plant, at_plant
  HAVING count() >= 20
),
away AS (
  SELECT compared.*, if(usual_ms > 0, toUInt64(usual_ms), {grace_ms:UInt64}) AS lane_ms
  FROM compared
  LEFT ANY JOIN issued ON issued.at_plant = compared.plant AND issued.line = compared.key
  LEFT ANY JOIN lanes ON lanes.from_plant = issued.from_plant AND lanes.at_plant = issued.at_plant
)
SELECT away.plant AS plant, key, kh,
  multiIf(left_quantity - right_quantity > {tolerance:Decimal(24, 6)}, 'transfer_short', right_quantity - left_quantity > {tolerance:Decimal(24, 6)}, 'transfer_over', '') AS class,
  away.item AS item, order_no, left_rows, right_rows,
  toString(left_quantity) AS left_value,
  toString(right_quantity) AS right_value,
  toNullable(CAST(right_quantity - left_quantity AS Decimal(38, 6))) AS difference,
  unit,
  CAST(abs(right_quantity - left_quantity) * costs.standard_cost AS Decimal(38, 6)) AS amount,
  costs.currency AS currency,
  changed_at,
  if(changed_at = toDateTime64(0, 3, 'UTC'), changed_at, changed_at + toIntervalMillisecond(lane_ms)) AS due_at
FROM away
LEFT ANY JOIN (SELECT plant, item, standard_cost, currency FROM state(items) WHERE NOT deleted AND system IN {systems_erp:Array(String)}) AS costs ON costs.plant = away.plant AND costs.item = away.item
