-- Requests of people about what is kept of them or of a key of theirs: what was asked, confirmed and done, step by step. No
-- personal value stands here: what is looked for stands in subject_values until it is done. The newest row of a step counts.
CREATE TABLE IF NOT EXISTS subject_requests /*on cluster*/ (
  request String,
  step LowCardinality(String),
  at DateTime64(3, 'UTC'),
  actor LowCardinality(String),
  -- JSON, see server/core/subjects.ts
  body String CODEC(ZSTD(3))
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY (request, step)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
