/*
title: Posted across the day's end
description: Both sides have posted the same document, on different days of the plant. One of them is not yet in a balance that was taken before, or it stands in another period.
explains: [quantity, movement_period, posting_period]
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
WHERE class = 'quantity' AND (has(each, abs(assumeNotNull(difference))) OR whole = abs(assumeNotNull(difference)))
UNION ALL
-- the case itself says the periods: each side's, where the movements count
SELECT cases.number AS number, 0.9 AS score,
  [(concat(cases.left_name, ' counts it in ', left_value, if(empty(dated.left_documents), '', concat(' (', dated.left_documents[1], ')')), ', ', cases.right_name, ' in ', right_value, if(empty(dated.right_documents), '', concat(' (', dated.right_documents[1], ')'))),
    'stock_movements', if(empty(dated.right_documents), key, dated.right_documents[1]), since, dated.trace_id)] AS evidence, '' AS shared
FROM cases
LEFT ANY JOIN (
  SELECT number, left_documents, right_documents, trace_id FROM cause_refs WHERE sought = {sought:String} AND left_rows > 0 AND right_rows > 0
) AS dated ON dated.number = cases.number
WHERE class IN ('movement_period', 'posting_period')
