-- The newest committed load of facts: the cut a run may see. Spans and measurements are no facts of a cut; they are
-- loaded beside it, in any order.
SELECT max(load_seq) AS load_seq FROM loads WHERE kind NOT IN ('traces', 'metrics')
