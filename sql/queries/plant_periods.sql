-- What happened in a plant in each of some periods, shifts or hours; periods may overlap, and what lies in two counts in
-- both. Orders are those that entered the flow, done and late the passages of its first hand-off that arrived, opened the
-- cases that were opened.
SELECT period, toUInt32(countIf(kind = 'order')) AS orders, toUInt32(countIf(kind = 'passage')) AS done,
  toUInt32(countIf(kind = 'passage' AND latency_ms > objective_ms)) AS late,
  toUInt32(countIf(kind = 'case')) AS opened, if(done = 0, 0, quantileExactIf(0.95)(latency_ms, kind = 'passage')) AS p95_ms
FROM (
  SELECT kind, latency_ms, objective_ms, arrayJoin(arrayFilter((number, start, end) -> at_ms >= start AND at_ms < end, arrayEnumerate({starts:Array(Int64)}), {starts:Array(Int64)}, {ends:Array(Int64)})) AS period
  FROM (
    SELECT 'passage' AS kind, toInt64(arrived_ms) AS at_ms, toFloat64(passages.latency_ms) AS latency_ms, toFloat64(passages.objective_ms) AS objective_ms
    FROM handoff_passages AS passages
    WHERE plant = {plant:String} AND flow = {flow:String} AND handoff = {handoff:String} AND is_done
      AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    UNION ALL
    SELECT 'order', toInt64(toUnixTimestamp64Milli(min(reached_at))) AS entered_ms, 0., 0.
    FROM flow_progress
    WHERE plant = {plant:String} AND flow = {flow:String} AND stage = {first_stage:String}
    GROUP BY key
    HAVING entered_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND entered_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    UNION ALL
    SELECT 'case', toInt64(toUnixTimestamp64Milli(opened_at)), 0., 0.
    FROM exceptions
    WHERE plant = {plant:String} AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}
  )
)
GROUP BY period
ORDER BY period
