-- How far each receiver is in its line: up to where all is settled, what is open, and what it was disabled at (0: it is not).
SELECT receiver, maxIf(sequence, last IN ('delivered', 'given_up', 'skipped')) AS settled_to,
  arraySort(groupArrayIf(sequence, last NOT IN ('delivered', 'given_up', 'skipped'))) AS open,
  maxIf(sequence, last = 'disabled') AS disabled_at
FROM (
  SELECT receiver, sequence, argMax(outcome, step) AS last
  FROM deliveries
  WHERE receiver = {receiver:String}
  GROUP BY receiver, sequence
)
GROUP BY receiver
