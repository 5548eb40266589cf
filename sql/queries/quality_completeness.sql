-- Keys that left the stage before and whose objective for this hand-off has passed at `at`, and how many of them arrived:
-- by the hour in which they left, by place (the stage is the one that waits) and by partner, as `cut` says; of the range
-- and of the one before it. A key called off before it arrived is not expected. One that went on to a later stage is: the
-- message of this one is missing. The hours and days named are read from their sums: whole, on one side of where the range
-- begins, and of which every objective has passed.
WITH toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AS previous_from_ms, toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms,
  toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) AS to_ms, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms,
  (SELECT (groupArray(place), groupArray(objective_ms)) FROM (SELECT concat(flow, ' ', handoff) AS place, objective_ms FROM handoffs)) AS objectives
SELECT multiIf(grouping(hour) = 0, 'at', grouping(stage) = 0, 'place', grouping(partner) = 0, 'partner', 'all') AS cut,
  toDateTime64(toDateTime(hour * 3600, 'UTC'), 3, 'UTC') AS at, is_before, plant, flow, stage, partner,
  toUInt32(if(grouping(partner) = 0, sumIf(passages, is_by_partner), sumIf(passages, NOT is_by_partner))) AS expected,
  toUInt32(if(grouping(partner) = 0, sumIf(passages, is_by_partner AND is_done), sumIf(passages, NOT is_by_partner AND is_done))) AS arrived
FROM (
  SELECT hour, is_before, plant, counted.flow AS flow, to_stage AS stage, partner, is_by_partner, is_done, passages
  FROM (
    -- by the hour and by the partner, each for itself. The objective is looked up: a join of every row took twice as long.
    SELECT plant, flow, handoff, intDiv(left_ms, 3600000) AS hour, '' AS partner, hour * 3600000 < from_ms AS is_before, arrived_ms > 0 AS is_done, false AS is_by_partner, sum(sign) AS passages
    FROM passages
    WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND handoff != '' AND NOT is_ended
      AND left_ms >= previous_from_ms AND left_ms < to_ms
      AND (left_ms < toUInt64({hour_from:UInt32}) * 3600000 OR left_ms >= toUInt64({hour_to:UInt32}) * 3600000)
      AND left_ms + transform(concat(flow, ' ', handoff), objectives.1, objectives.2, toUInt64(0)) <= at_ms
      AND {partner:String} IN ('', if(passages.partner = '', '-', toString(passages.partner)))
    GROUP BY plant, flow, handoff, hour, is_done
    -- if hour_from < hour_to
    UNION ALL
    SELECT plant, flow, handoff, intDiv(left_ms, 3600000) AS hour, '', hour * 3600000 < from_ms AS is_before, arrived_ms > 0 AS is_done, false, sum(sign)
    FROM passages
    WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND handoff != '' AND NOT is_ended
      AND intDiv(left_ms, 3600000) >= {hour_from:UInt32} AND intDiv(left_ms, 3600000) < {hour_to:UInt32}
    GROUP BY plant, flow, handoff, hour, is_done
    -- end
    UNION ALL
    SELECT '', flow, handoff, 0, passages.partner AS partner, left_ms < from_ms AS is_before, arrived_ms > 0 AS is_done, true, sum(sign)
    FROM passages
    WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND handoff != '' AND NOT is_ended
      AND left_ms >= previous_from_ms AND left_ms < to_ms
      AND (left_ms < toUInt64({previous_day_from:UInt32}) * 86400000 OR left_ms >= toUInt64({previous_day_to:UInt32}) * 86400000)
      AND (left_ms < toUInt64({day_from:UInt32}) * 86400000 OR left_ms >= toUInt64({day_to:UInt32}) * 86400000)
      AND left_ms + transform(concat(flow, ' ', handoff), objectives.1, objectives.2, toUInt64(0)) <= at_ms
      AND {partner:String} IN ('', if(passages.partner = '', '-', toString(passages.partner)))
    GROUP BY flow, handoff, partner, is_before, is_done
    -- if day_from < day_to
    UNION ALL
    SELECT '', flow, handoff, 0, passages.partner AS partner, toInt64(intDiv(left_ms, 86400000)) * 86400000 < from_ms AS is_before, arrived_ms > 0 AS is_done, true, sum(sign)
    FROM passages
    WHERE plant IN {plants:Array(String)} AND {flow:String} IN ('', flow) AND handoff != '' AND NOT is_ended
      AND (intDiv(left_ms, 86400000) >= {previous_day_from:UInt32} AND intDiv(left_ms, 86400000) < {previous_day_to:UInt32}
        OR intDiv(left_ms, 86400000) >= {day_from:UInt32} AND intDiv(left_ms, 86400000) < {day_to:UInt32})
      AND {partner:String} IN ('', if(passages.partner = '', '-', toString(passages.partner)))
    GROUP BY flow, handoff, partner, is_before, is_done
    -- end
  ) AS counted
  INNER JOIN handoffs ON handoffs.flow = counted.flow AND handoffs.handoff = counted.handoff
  WHERE {stage:String} IN ('', to_stage)
)
GROUP BY GROUPING SETS ((hour, is_before), (is_before, plant, flow, stage), (is_before, partner), (is_before))
HAVING expected > 0
ORDER BY cut, at, is_before, plant, flow, stage, partner
