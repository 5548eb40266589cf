-- What people say of a suggested cause; the last word on a case counts.
CREATE TABLE IF NOT EXISTS cause_verdicts /*on cluster*/ (
  number UInt64,
  cause LowCardinality(String),
  verdict Enum8('confirmed' = 1, 'rejected' = 2),
  actor LowCardinality(String),
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (cause, number, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
