-- How many calls a map of services would be stitched from.
SELECT sum(span_latency_1m.calls) AS calls
FROM span_latency_1m
WHERE plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER')
  AND ({flow:String} = '' OR flow = {flow:String})
  AND minute >= toStartOfMinute({from:DateTime64(3, 'UTC')}) AND minute < {to:DateTime64(3, 'UTC')}
