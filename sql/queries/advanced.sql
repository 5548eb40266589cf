-- Up to which load the current states of each entity have been brought.
SELECT entity, max(load_seq) AS load_seq FROM advanced GROUP BY entity
