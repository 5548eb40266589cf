-- The newest committed load: the cut a run may see.
SELECT max(load_seq) AS load_seq FROM loads
