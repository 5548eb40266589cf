-- What runs counted while they judged: rows of each side, and what differs out of grace and in it.
SELECT run, toString(sum(left_rows)) AS lefts, toString(sum(right_rows)) AS rights,
  toString(sum(run_counts.variances)) AS variances, toString(sum(run_counts.in_grace)) AS in_grace
FROM run_counts
WHERE run IN {runs:Array(String)}
GROUP BY run
