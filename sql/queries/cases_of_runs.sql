-- The cases that runs did something to.
SELECT DISTINCT toString(number) AS number FROM exception_steps WHERE run IN {runs:Array(String)}
