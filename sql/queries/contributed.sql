-- Up to which load the contributions of each check have been brought, and by which reading of the states.
SELECT check, argMax(reading, at) AS reading, argMax(load_seq, at) AS load_seq, max(contributed.at) AS last_at FROM contributed GROUP BY check
