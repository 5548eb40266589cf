-- The hand-offs of some flows now, in each plant or (plant '') in all of the scope together: latency of what arrived in the
-- window, what still waits counted at its age. Of the range before the window, the whole hours named are read from their sums.
WITH toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms, at_ms - {window_s:UInt32} * 1000 AS window_ms, toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms
SELECT place AS plant, flow, handoff, indexOf({handoffs:Array(String)}, concat(flow, ' ', handoff)) AS position, {objectives_ms:Array(UInt64)}[position] AS objective_ms,
  toUInt32(sum(in_window)) AS done,
  toUInt32(sumIf(passages, is_waiting)) AS waiting,
  toUInt32(sumIf(passages, is_waiting AND value_ms > objective_ms)) AS stuck,
  toFloat64(maxIf(value_ms, is_waiting)) AS oldest_ms,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(value_ms, toUInt64(if(is_waiting, passages, in_window)), is_waiting OR in_window > 0)) AS now_ms,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(value_ms, toUInt64(in_range), in_range > 0)) AS range_ms_quantiles,
  toUInt32(sum(in_range)) AS range_done
FROM (
  -- passages of the same latency or age together, by their signs; those before the window in classes that grow by 1 %,
  -- so that what is said of the range is within 0.5 %
  SELECT place, flow, handoff, is_waiting, if(is_exact, toFloat64(told), pow(1.01, told)) AS value_ms,
    sum(counted) AS passages, sum(of_window) AS in_window, sum(of_range) AS in_range
  FROM (
    SELECT if({by_plant:Bool}, passages.plant, '') AS place, flow, handoff, is_waiting, is_waiting OR arrived_ms > window_ms AS is_exact,
      if(is_exact, greatest(if(is_waiting, at_ms, toInt64(arrived_ms)) - toInt64(left_ms), 0), toInt64(latency_class)) AS told,
      sum(sign) AS counted, sumIf(sign, NOT is_waiting AND arrived_ms > window_ms) AS of_window, sumIf(sign, NOT is_waiting AND arrived_ms >= from_ms) AS of_range
    FROM passages
    WHERE passages.plant IN {plants:Array(String)} AND flow IN {flows:Array(String)} AND handoff != ''
      AND (is_waiting OR (arrived_ms > least(window_ms, from_ms - 1)
        AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)))
    GROUP BY place, flow, handoff, is_waiting, is_exact, told
    -- if hour_from < hour_to
    UNION ALL
    SELECT if({by_plant:Bool}, passages.plant, '') AS place, flow, handoff, false, false, toInt64(latency_class) AS told, sum(sign) AS counted, 0, counted
    FROM passages
    WHERE passages.plant IN {plants:Array(String)} AND flow IN {flows:Array(String)} AND handoff != '' AND NOT is_waiting
      AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
    GROUP BY place, flow, handoff, told
    -- end
  )
  GROUP BY place, flow, handoff, is_waiting, is_exact, told
  HAVING passages > 0
)
WHERE position > 0
GROUP BY plant, flow, handoff
ORDER BY flow, position, plant
