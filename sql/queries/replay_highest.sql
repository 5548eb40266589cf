-- The highest number a replay was given so far.
SELECT max(replay) AS replay FROM replays
