-- The newest load that was in before a moment; 0 without one.
SELECT max(load_seq) AS load_seq FROM loads WHERE loaded_at < {before:DateTime64(3, 'UTC')}
