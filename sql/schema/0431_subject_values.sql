-- What a request looks for, as long as it is not done: statements read it here, so that it stands in no statement the engine
-- keeps, and it is deleted at the end.
CREATE TABLE IF NOT EXISTS subject_values /*on cluster*/ (
  request String,
  -- key: a business key; name: of somebody who signs in; pattern: what finds the values in texts; case: the number of one
  what LowCardinality(String),
  value String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (request, what, value)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
