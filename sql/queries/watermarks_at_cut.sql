-- The newest watermark per source and plant that was loaded by the cut.
SELECT source, plant, max(complete_to) AS complete_to
FROM watermarks
WHERE load_seq <= {cut:UInt64}
GROUP BY source, plant
