-- Why the sides of a case may disagree, best first, as it was last sought. Rank 1 is written by every search; a row of a
-- higher rank counts only while it is of the same search as rank 1.
CREATE TABLE IF NOT EXISTS exception_causes /*on cluster*/ (
  number UInt64,
  rank UInt8,
  run String,
  -- '' where no file explains it, or where seeking failed
  cause LowCardinality(String),
  score Float64,
  evidence Array(Tuple(text String, entity String, document String, at DateTime64(3, 'UTC'), trace_id String)),
  -- what cases of one root have in common; '' when nothing
  shared String,
  -- why nothing could be sought; '' when it could
  failure String,
  -- how often it was sought: a trace may come later than the states it explains
  looks UInt8,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY (number, rank)
TTL toDateTime(at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
