-- Keys that left the stage before and whose objective for this hand-off has passed at `at`, and how many of them arrived:
-- by the hour in which they left, by place (the stage is the one that waits) and by partner, as `cut` says; of the range
-- and of the one before it. A key called off before it arrived is not expected. One that went on to a later stage is: the
-- message of this one is missing.
SELECT multiIf(grouping(hour) = 0, 'at', grouping(stage) = 0, 'place', grouping(partner) = 0, 'partner', 'all') AS cut,
  toDateTime64(hour, 3, 'UTC') AS at, is_before, plant, flow, stage, partner, toUInt32(sum(sign)) AS expected, toUInt32(sumIf(sign, is_done)) AS arrived
FROM (
  SELECT toStartOfHour(fromUnixTimestamp64Milli(toInt64(left_ms), 'UTC')) AS hour, hour < {from:DateTime64(3, 'UTC')} AS is_before,
    passages.plant AS plant, passages.flow AS flow, to_stage AS stage, partner, arrived_ms > 0 AS is_done, sign
  FROM passages
  INNER JOIN handoffs ON handoffs.flow = passages.flow AND handoffs.handoff = passages.handoff
  WHERE passages.plant IN {plants:Array(String)} AND {flow:String} IN ('', passages.flow) AND {stage:String} IN ('', to_stage) AND passages.handoff != ''
    AND left_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND left_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    AND left_ms + objective_ms <= toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AND NOT is_ended
)
WHERE {partner:String} IN ('', if(partner = '', '-', toString(partner)))
GROUP BY GROUPING SETS ((hour, is_before), (is_before, plant, flow, stage), (is_before, partner), (is_before))
HAVING expected > 0
ORDER BY cut, at, is_before, plant, flow, stage, partner
