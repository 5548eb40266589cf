-- How many calls a map of services would be stitched from. Whole hours named are read from their sums.
SELECT sum(counted) AS calls
FROM (
  SELECT sum(span_latency_1m.calls) AS counted
  FROM span_latency_1m
  WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER')
    AND ({flow:String} = '' OR flow = {flow:String})
    AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
    AND (minute < toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') OR minute >= toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC'))
  -- if hour_from < hour_to
  UNION ALL
  SELECT sum(span_latency_1m.calls)
  FROM span_latency_1m
  WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER')
    AND ({flow:String} = '' OR flow = {flow:String})
    AND toStartOfHour(minute) >= toDateTime(toUInt64({hour_from:UInt32}) * 3600, 'UTC') AND toStartOfHour(minute) < toDateTime(toUInt64({hour_to:UInt32}) * 3600, 'UTC')
  -- end
)
