-- The open cases before and after one, in the order of value.
SELECT toUInt32(before) AS before, toUInt32(after) AS after
FROM (
  SELECT number, lagInFrame(number) OVER (ORDER BY amount_reporting DESC, number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS before,
    leadInFrame(number) OVER (ORDER BY amount_reporting DESC, number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS after
  FROM exceptions
  WHERE (state = 'open' OR number = {number:UInt64}) AND plant IN {plants:Array(String)}
)
WHERE number = {number:UInt64}
