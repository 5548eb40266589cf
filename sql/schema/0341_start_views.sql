-- The list that each person starts with; '' is the usual one.
CREATE TABLE IF NOT EXISTS start_views /*on cluster*/ (
  person String,
  slug String,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY person
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
