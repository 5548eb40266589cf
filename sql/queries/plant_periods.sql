-- What happened in a plant in each of some periods, shifts or hours; periods may overlap, and what lies in two counts in
-- both. Orders are those that entered the flow, done and late the passages of its first hand-off that arrived, opened the
-- cases that were opened, of all checks where none is named. p95 is exact where that is asked for, else read from classes that grow by 1 %: within 0.5 %.
WITH arraySort(arrayDistinct(arrayConcat([toInt64(0)], {starts:Array(Int64)}, {ends:Array(Int64)}))) AS bounds,
  (SELECT any(objective_ms) FROM handoffs WHERE flow = {flow:String} AND handoff = {handoff:String}) AS objective_ms
SELECT period, toUInt32(sumIf(counted, kind = 'order')) AS orders, toUInt32(sumIf(counted, kind = 'passage')) AS done,
  toUInt32(sum(over)) AS late,
  toUInt32(sumIf(counted, kind = 'case')) AS opened, if(done = 0, 0, quantileExactWeightedIf(0.95)(latency_ms, toUInt64(counted), kind = 'passage')) AS p95_ms
FROM (
  SELECT if(passages.handoff = '', 'order', 'passage') AS kind,
    multiIf(kind = 'order', 0., {is_exact:Bool}, toFloat64(greatest(toInt64(arrived_ms) - toInt64(left_ms), 0)), pow(1.01, latency_class)) AS latency_ms,
    roundDown(toInt64(arrived_ms), bounds) AS since_ms, sum(sign) AS counted, sumIf(sign, kind = 'passage' AND arrived_ms > left_ms + objective_ms) AS over
  FROM passages
  WHERE plant = {plant:String} AND passages.flow = {flow:String} AND passages.handoff IN ('', {handoff:String}) AND NOT is_waiting
    AND arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
  GROUP BY kind, latency_ms, since_ms
  HAVING counted > 0
  UNION ALL
  SELECT 'case', 0., roundDown(toUnixTimestamp64Milli(opened_at), bounds) AS since_ms, toInt64(count()), 0
  FROM exceptions
  WHERE plant = {plant:String} AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}
    AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
  GROUP BY since_ms
) AS found
-- between two bounds lies what is in the same periods
INNER JOIN (
  SELECT since_ms, arrayJoin(arrayFilter((number, start, end) -> since_ms >= start AND since_ms < end, arrayEnumerate({starts:Array(Int64)}), {starts:Array(Int64)}, {ends:Array(Int64)})) AS period
  FROM (SELECT arrayJoin(bounds) AS since_ms)
) AS covered ON covered.since_ms = found.since_ms
GROUP BY period
ORDER BY period
