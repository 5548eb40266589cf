/*
title: Posted in part
description: One side has posted less of a document than the other, and the rest of it is the difference.
explains: [quantity, movement_quantity, goods_issue_quantity]
advice: Look for the handling units that are left, post them, and see why the message came without them.
*/
WITH
cases AS (SELECT * FROM cause_cases WHERE sought = {sought:String}),
short_refs AS (
  SELECT number, abs(sum(moved)) AS explained,
    groupArray(5)((
      concat(ref, ': ', left_name, ' posted ', toString(abs(left_quantity)), ' ', unit, ' (', arrayStringConcat(left_documents, ', '), '), ', right_name, ' ', toString(abs(right_quantity)), ' (', arrayStringConcat(right_documents, ', '), ')'),
      'stock_movements', right_documents[1], greatest(left_at, right_at), trace_id)) AS proof
  FROM cause_refs
  -- the same way, and not the same again: that is posted twice
  WHERE sought = {sought:String} AND settled AND left_rows > 0 AND right_rows > 0 AND moved != 0
    AND left_quantity * right_quantity > 0 AND (left_rows = right_rows OR left_quantity * right_rows != right_quantity * left_rows)
  GROUP BY number
)
SELECT cases.number AS number, greatest(0, 1 - toFloat64(abs(abs(assumeNotNull(difference)) - explained)) / toFloat64(abs(assumeNotNull(difference)))) * 0.8 AS score,
  short_refs.proof AS evidence, '' AS shared
FROM cases
INNER JOIN short_refs ON short_refs.number = cases.number
WHERE ifNull(difference, 0) != 0
