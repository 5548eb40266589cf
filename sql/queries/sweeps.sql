-- How far each thing was cut: up to which load it may be, up to which it surely is, and when that was last looked after.
SELECT toString(what) AS swept, max(load_seq) AS begun, maxIf(load_seq, act = 'done') AS done, max(at) AS last_at,
  sumIf(rows, act = 'done') AS gone
FROM sweeps
GROUP BY what
