-- What became of cases over time, from one look at them. `open`: how many were open at moments of the past; from the first
-- moment at which it was open each counts one, and from the first at which it was closed one less. `orders`: orders with a
-- case opened, by steps. `range` and `previous`: those of the range, and of the one it is compared with, at its first step.
-- Of all checks where none is named.
WITH toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms, intDiv(from_ms, 1000) AS from_s, {step_s:UInt32} * 1000 AS step_ms
SELECT kind, toDateTime64(from_s + step * {step_s:UInt32}, 3, 'UTC') AS at, if(kind = 'open', toFloat64(sum(changed) OVER (PARTITION BY kind ORDER BY step)), toFloat64(orders)) AS value
FROM (
  SELECT told.1 AS kind, told.2 AS step, sum(told.3) AS changed, uniqExactIf((plant, order_no), kind != 'open') AS orders
  FROM (
    SELECT plant, order_no, arrayJoin(arrayFilter(one -> one.1 != '', [
      ('open', greatest(toInt64(ceil((toUnixTimestamp64Milli(opened_at) - from_s * 1000) / step_ms)), 0), 1),
      ('open', if(state = 'open', toInt64(4294967295), greatest(toInt64(ceil((toUnixTimestamp64Milli(assumeNotNull(closed_at)) - from_s * 1000) / step_ms)), 0)), -1),
      (if(order_no != '' AND opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')}, 'orders', ''), intDiv(toUnixTimestamp64Milli(opened_at) - from_ms, step_ms), 0),
      (if(order_no != '' AND opened_at >= {range_from:DateTime64(3, 'UTC')} AND opened_at < {range_to:DateTime64(3, 'UTC')}, 'range', ''), toInt64(0), 0),
      (if(order_no != '' AND opened_at >= {previous_from:DateTime64(3, 'UTC')} AND opened_at < {previous_to:DateTime64(3, 'UTC')}, 'previous', ''), toInt64(0), 0)
    ])) AS told
    FROM (SELECT plant, order_no, state, opened_at, closed_at FROM exceptions
      WHERE plant IN {plants:Array(String)} AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)}))
    UNION ALL
    SELECT '', '', ('open', toInt64(number), 0) FROM numbers(intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - intDiv(toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}), 1000), {step_s:UInt32}) + 1)
  )
  GROUP BY kind, step
  HAVING step <= intDiv(intDiv(toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')}), 1000) - from_s, {step_s:UInt32})
)
ORDER BY kind, at
