-- Latency of a flow's hand-offs over time, by when they ended. Quantiles are taken from the passages, never averaged; they
-- are within 0.5 % of the exact ones, read from latency classes that grow by 1 %. Whole hours named are read from their sums.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms
SELECT handoff, toDateTime64(intDiv(from_ms / 1000 + bucket * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  pow(1.01, quantiles[1]) AS p50_ms, pow(1.01, quantiles[2]) AS p95_ms, pow(1.01, quantiles[3]) AS p99_ms
FROM (
  SELECT handoff, bucket, quantilesExactWeighted(0.5, 0.95, 0.99)(latency_class, toUInt64(passages)) AS quantiles
  FROM (
    SELECT handoff, bucket, latency_class, sum(counted) AS passages
    FROM (
      SELECT handoff, intDiv(toInt64(arrived_ms) - from_ms, {step_s:UInt32} * 1000) AS bucket, latency_class, sum(sign) AS counted
      FROM passages
      WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff IN {handoffs:Array(String)} AND NOT is_waiting
        AND arrived_ms >= from_ms AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
        AND (arrived_ms < toUInt64({hour_from:UInt32}) * 3600000 OR arrived_ms >= toUInt64({hour_to:UInt32}) * 3600000)
      GROUP BY handoff, bucket, latency_class
      -- if hour_from < hour_to
      UNION ALL
      SELECT handoff, intDiv(toInt64(intDiv(arrived_ms, 3600000) * 3600000) - from_ms, {step_s:UInt32} * 1000) AS bucket, latency_class, sum(sign) AS counted
      FROM passages
      WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff IN {handoffs:Array(String)} AND NOT is_waiting
        AND intDiv(arrived_ms, 3600000) >= {hour_from:UInt32} AND intDiv(arrived_ms, 3600000) < {hour_to:UInt32}
      GROUP BY handoff, bucket, latency_class
      -- end
    )
    GROUP BY handoff, bucket, latency_class
    HAVING passages > 0
  )
  GROUP BY handoff, bucket
)
ORDER BY handoff, at
