-- The newest of what pages show and other processes write.
SELECT (SELECT toString(max(run)) FROM runs) AS runs, (SELECT toString(max(load_seq)) FROM loads) AS loads,
  (SELECT toString(max(alert_steps.at)) FROM alert_steps) AS alerts, (SELECT toString(max(exception_acts.at)) FROM exception_acts) AS acts,
  (SELECT toString(max(replay_steps.at)) FROM replay_steps) AS replays
