-- p50, p95 and p99 of what arrived at a hand-off: in the last hour, in the range, and in the range it is compared with.
-- Exact (nearest rank): passages of the same latency are summed by their signs, and ranked together. But whole hours named
-- are read from their sums, in classes that grow by 1 %: what is said of a range that holds some is within 0.5 %.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}) AS to_ms,
  toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AS previous_from_ms, toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')}) AS previous_to_ms
SELECT
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_hour), in_hour > 0)) AS hour_ms_quantiles, toUInt32(sum(in_hour)) AS hour_done,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_range), in_range > 0)) AS range_ms_quantiles, toUInt32(sum(in_range)) AS range_done,
  arrayMap(value -> toFloat64(value), quantilesExactWeightedIf(0.5, 0.95, 0.99)(latency_ms, toUInt64(in_previous), in_previous > 0)) AS previous_ms_quantiles, toUInt32(sum(in_previous)) AS previous_done
FROM (
  SELECT latency_ms, sum(of_hour) AS in_hour, sum(of_range) AS in_range, sum(of_previous) AS in_previous
  FROM (
    SELECT toFloat64(greatest(toInt64(arrived_ms) - toInt64(left_ms), 0)) AS latency_ms,
      sumIf(sign, arrived_ms >= to_ms - 3600000) AS of_hour, sumIf(sign, arrived_ms >= from_ms) AS of_range, sumIf(sign, arrived_ms < previous_to_ms) AS of_previous
    FROM passages
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND NOT is_waiting
      AND arrived_ms >= previous_from_ms AND arrived_ms < to_ms
      AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
    GROUP BY latency_ms
    -- if hour_from < hour_to
    UNION ALL
    -- the hours are those of both ranges, the one right before the other
    SELECT pow(1.01, latency_class) AS latency_ms, 0, if(is_in_range, counted, 0), if(is_in_range, 0, counted)
    FROM (
      SELECT latency_class, toInt64(intDiv(arrived_ms, 3600000)) * 3600000 >= from_ms AS is_in_range, sum(sign) AS counted
      FROM passages
      WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = {handoff:String} AND NOT is_waiting
        AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
      GROUP BY latency_class, is_in_range
    )
    -- end
  )
  GROUP BY latency_ms
)
