-- Every rule that ever judged, whole: what can change a verdict, so that a past run can be run again as it was.
CREATE TABLE IF NOT EXISTS rules /*on cluster*/ (
  rule String,
  check LowCardinality(String),
  body String CODEC(ZSTD(3)),
  since DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (check, rule)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
