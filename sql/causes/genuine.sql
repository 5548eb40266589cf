/*
title: Physical difference
description: Nothing in the books of either side explains the difference, so the goods may be elsewhere, broken or gone.
explains: [quantity]
advice: Count the location, book what was counted, and look into the last picks when it is large.
*/
SELECT cases.number AS number,
  -- what the movements leave open
  greatest(0.05, least(1, toFloat64(abs(assumeNotNull(difference) - ifNull(open.settled_moved, 0))) / toFloat64(abs(assumeNotNull(difference)))) * 0.6) AS score,
  [(concat(toString(open.agreeing), ' movements agree on both sides, ', toString(open.differing), ' do not; ', toString(abs(assumeNotNull(difference) - ifNull(open.settled_moved, 0))), ' ', unit, ' of the difference are in none'), 'stock_movements', key, since, '')] AS evidence,
  '' AS shared
FROM (SELECT * FROM cause_cases WHERE sought = {sought:String}) AS cases
LEFT JOIN (
  SELECT number, sumIf(moved, settled) AS settled_moved, countIf(moved = 0) AS agreeing, countIf(moved != 0 AND settled) AS differing
  FROM cause_refs WHERE sought = {sought:String} AND part = 'counted'
  GROUP BY number
) AS open ON open.number = cases.number
WHERE class = 'quantity' AND ifNull(difference, 0) != 0
