-- For which stages and hand-offs the passages were last made; '' when making them was cut short.
SELECT argMax(structure, made_at) AS structure FROM passages_made
