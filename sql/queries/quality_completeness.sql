-- Keys that left the stage before and whose objective for this hand-off has passed at `at`, and how many of them arrived:
-- by the hour in which they left, by place (the stage is the one that waits) and by partner, as `cut` says; of the range
-- and of the one before it. A key called off before it arrived is not expected. One that went on to a later stage is: the
-- message of this one is missing.
SELECT multiIf(grouping(hour) = 0, 'at', grouping(stage) = 0, 'place', grouping(partner) = 0, 'partner', 'all') AS cut,
  toDateTime64(toDateTime(hour * 3600, 'UTC'), 3, 'UTC') AS at, is_before, plant, flow, stage, partner,
  toUInt32(if(grouping(partner) = 0, sumIf(passages, is_by_partner), sumIf(passages, NOT is_by_partner))) AS expected,
  toUInt32(if(grouping(partner) = 0, sumIf(passages, is_by_partner AND is_done), sumIf(passages, NOT is_by_partner AND is_done))) AS arrived
FROM (
  SELECT hour, is_before, plant, counted.flow AS flow, to_stage AS stage, partner, is_by_partner, is_done, passages
  FROM (
    -- by the hour and by the partner, each for itself. The objective is looked up: a join of every row took twice as long.
    SELECT plant, flow, handoff, intDiv(left_ms, 3600000) AS hour, passages.partner AS partner, hour * 3600 < toUnixTimestamp({from:DateTime64(3, 'UTC')}) AS is_before, arrived_ms > 0 AS is_done,
      grouping(partner) = 0 AS is_by_partner, sum(sign) AS passages
    FROM passages
    WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND handoff != '' AND NOT is_ended
      AND left_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND left_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
      AND left_ms + transform(concat(flow, ' ', handoff), (SELECT groupArray(concat(flow, ' ', handoff)) FROM handoffs), (SELECT groupArray(objective_ms) FROM handoffs), toUInt64(0)) <= toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')})
      AND {partner:String} IN ('', if(passages.partner = '', '-', toString(passages.partner)))
    GROUP BY GROUPING SETS ((plant, flow, handoff, hour, is_before, is_done), (partner, flow, handoff, is_before, is_done))
  ) AS counted
  INNER JOIN handoffs ON handoffs.flow = counted.flow AND handoffs.handoff = counted.handoff
  WHERE {stage:String} IN ('', to_stage)
)
GROUP BY GROUPING SETS ((hour, is_before), (is_before, plant, flow, stage), (is_before, partner), (is_before))
HAVING expected > 0
ORDER BY cut, at, is_before, plant, flow, stage, partner
