SELECT entity, max(load_seq) AS load_seq FROM advanced GROUP BY entity
