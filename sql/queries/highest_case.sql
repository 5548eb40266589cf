-- The highest number a case was given so far.
SELECT max(number) AS number FROM exception_steps
