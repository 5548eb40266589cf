-- Which of these cases are closed, and since when.
SELECT number, closed_at, last_run FROM exceptions WHERE number IN {numbers:Array(UInt64)} AND state = 'closed'
