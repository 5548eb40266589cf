-- The last number given to what a receiver is told, tests included.
SELECT receiver, max(sequence) AS sequence FROM notifications GROUP BY receiver
