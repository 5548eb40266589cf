-- What people decided of replays, first to last.
SELECT replay, act, actor, at, detail FROM replay_steps FINAL
WHERE replay IN {replays:Array(UInt64)} AND item = ''
ORDER BY replay, at, act
