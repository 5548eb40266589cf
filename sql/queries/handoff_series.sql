-- Latency of a flow's hand-offs over time, by when they ended. Quantiles are taken from the passages, never averaged; they
-- are within 0.5 % of the exact ones, read from latency classes that grow by 1 %.
SELECT handoff, toDateTime64(intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) / 1000 + bucket * {step_s:UInt32}, 1), 3, 'UTC') AS at,
  pow(1.01, quantiles[1]) AS p50_ms, pow(1.01, quantiles[2]) AS p95_ms, pow(1.01, quantiles[3]) AS p99_ms
FROM (
  SELECT handoff, bucket, quantilesExactWeighted(0.5, 0.95, 0.99)(class, toUInt64(passages)) AS quantiles
  FROM (
    SELECT handoff, intDiv(arrived_ms - toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), {step_s:UInt32} * 1000) AS bucket, toInt32(round(log(greatest(toInt64(arrived_ms) - toInt64(left_ms), 1)) / log(1.01))) AS class, sum(sign) AS passages
    FROM passages
    WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff != '' AND NOT is_waiting
      AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    GROUP BY handoff, bucket, class
    HAVING passages > 0
  )
  GROUP BY handoff, bucket
)
ORDER BY handoff, at
