/*
title: Posted across the day's end
description: Both sides have posted the same document, on different days of the plant; one of them is not yet in a balance that was taken before.
explains: [quantity]
advice: Compare again with balances of one moment; correct the posting date where a period has ended between them.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
crossed AS (
  SELECT number, sum(abs(left_quantity)) AS whole, max(abs(left_quantity)) AS largest, groupUniqArray(abs(left_quantity)) AS each,
    max(toStartOfMonth(left_day) != toStartOfMonth(right_day)) AS is_period,
    groupArray(5)((
      concat(ref, ', ', toString(left_quantity), ' ', unit, ': ', left_name, ' posted it on ', toString(left_day), ' (', left_documents[1], '), ', right_name, ' on ', toString(right_day), ' (', right_documents[1], ')'),
      'stock_movements', right_documents[1], greatest(left_at, right_at), trace_id)) AS proof
  FROM cause_refs
  WHERE sought = {sought:String} AND part = 'counted' AND left_rows > 0 AND right_rows > 0 AND moved = 0 AND left_day != right_day
  GROUP BY number
)
SELECT cases.number AS number, if(is_period, 0.85, 0.8) AS score, crossed.proof AS evidence, '' AS shared
FROM cases
INNER JOIN crossed ON crossed.number = cases.number
WHERE has(each, abs(assumeNotNull(difference))) OR whole = abs(assumeNotNull(difference))
