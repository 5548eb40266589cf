-- The replays that a case was part of, newest first, and what became of it there.
SELECT replay, flow, item, attempt, left_out, state, asked_at, times, at, detail, proof FROM replay_work
WHERE number = {number:UInt64}
ORDER BY replay DESC
LIMIT 100
