-- What people did to each case, each with the version it makes of the case and the step of the runs it was decided on. Of
-- two acts of one version the first counts: one alone is inserted under a token of its case and version, so there is no
-- second; against one of many at once it comes first.
CREATE TABLE IF NOT EXISTS exception_acts /*on cluster*/ (
  number UInt64,
  version UInt32,
  id String,
  at DateTime64(3, 'UTC'),
  actor LowCardinality(String),
  act LowCardinality(String),
  saw_step UInt32,
  assignee LowCardinality(String),
  team LowCardinality(String),
  -- ISO 8601; '' without
  until String,
  cause LowCardinality(String),
  reason String,
  text String,
  -- the act on many that it is part of; '' alone
  batch String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (number, version, batch, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
