-- Which of these cases will be late at the present pace, and what that is said from.
SELECT number, toString(clock) AS clock, due_at, expected_at, place, done, done_in_ms, like_ms, like_cases
FROM forecasts
WHERE number IN {numbers:Array(UInt64)}
