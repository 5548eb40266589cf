-- What happened in a plant in each of some periods, shifts or hours; periods may overlap, and what lies in two counts in
-- both. Orders are those that entered the flow, done and late the passages of its first hand-off that arrived, opened the
-- cases that were opened, of all checks where none is named.
WITH arraySort(arrayDistinct(arrayConcat([toInt64(0)], {starts:Array(Int64)}, {ends:Array(Int64)}))) AS bounds
SELECT period, toUInt32(sumIf(rows, kind = 'order')) AS orders, toUInt32(sumIf(rows, kind = 'passage')) AS done,
  toUInt32(sumIf(rows, kind = 'passage' AND latency_ms > objective_ms)) AS late,
  toUInt32(sumIf(rows, kind = 'case')) AS opened, if(done = 0, 0, toFloat64(quantileExactWeightedIf(0.95)(latency_ms, toUInt64(rows), kind = 'passage'))) AS p95_ms
FROM (
  SELECT kind, latency_ms, objective_ms, roundDown(at_ms, bounds) AS since_ms, sum(sign) AS rows
  FROM (
    SELECT if(passages.handoff = '', 'order', 'passage') AS kind, toInt64(arrived_ms) AS at_ms, if(kind = 'order', 0, greatest(at_ms - toInt64(left_ms), 0)) AS latency_ms, toInt64(handoffs.objective_ms) AS objective_ms, sign
    FROM passages
    INNER JOIN handoffs ON handoffs.flow = passages.flow AND handoffs.handoff = passages.handoff
    WHERE plant = {plant:String} AND passages.flow = {flow:String} AND passages.handoff IN ('', {handoff:String}) AND NOT is_waiting
      AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
    UNION ALL
    SELECT 'case', toInt64(toUnixTimestamp64Milli(opened_at)), 0, 0, 1
    FROM exceptions
    WHERE plant = {plant:String} AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}
      AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
  )
  GROUP BY kind, latency_ms, objective_ms, since_ms
  HAVING rows > 0
) AS counted
-- between two bounds lies what is in the same periods
INNER JOIN (
  SELECT since_ms, arrayJoin(arrayFilter((number, start, end) -> since_ms >= start AND since_ms < end, arrayEnumerate({starts:Array(Int64)}), {starts:Array(Int64)}, {ends:Array(Int64)})) AS period
  FROM (SELECT arrayJoin(bounds) AS since_ms)
) AS covered ON covered.since_ms = counted.since_ms
GROUP BY period
ORDER BY period
