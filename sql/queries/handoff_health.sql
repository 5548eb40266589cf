-- Each hand-off now: latency of what arrived in the window, what still waits counted at its age; of all
-- flows where none is named.
SELECT values.plant AS plant, values.flow AS flow, values.handoff AS handoff, position, objective_ms,
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
  SELECT plant, flow, handoff, is_waiting, if(is_exact, toFloat64(told), pow(1.01, told)) AS value_ms,
    sum(sign) AS passages, sumIf(sign, NOT is_waiting AND arrived_ms > window_ms) AS in_window, sumIf(sign, NOT is_waiting AND arrived_ms > range_ms) AS in_range
  FROM (
    SELECT plant, flow, handoff, is_waiting, arrived_ms, sign, toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS at_ms, at_ms - {window_s:UInt32} * 1000 AS window_ms, at_ms - {range_s:UInt32} * 1000 AS range_ms,
      greatest(if(is_waiting, at_ms, toInt64(arrived_ms)) - toInt64(left_ms), 0) AS exact_ms,
      is_waiting OR arrived_ms > window_ms AS is_exact, if(is_exact, exact_ms, toInt64(round(log(greatest(exact_ms, 1)) / log(1.01)))) AS told
    FROM passages
    WHERE plant IN {plants:Array(String)} AND handoff != ''
      AND ({flow:String} = '' OR flow = {flow:String})
      AND (is_waiting OR arrived_ms > toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) - greatest({window_s:UInt32}, {range_s:UInt32}) * 1000)
  )
  GROUP BY plant, flow, handoff, is_waiting, is_exact, told
  HAVING passages > 0
) AS values
INNER JOIN handoffs ON handoffs.flow = values.flow AND handoffs.handoff = values.handoff
GROUP BY plant, flow, handoff, position, objective_ms
ORDER BY flow, position, plant
