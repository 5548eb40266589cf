-- Lists that people keep under a name, as they stand; the last word on each counts.
CREATE TABLE IF NOT EXISTS saved_views /*on cluster*/ (
  slug String,
  name String,
  owner LowCardinality(String),
  -- others see it too; only its owner changes it
  shared Bool,
  -- the filters, as they stand in an address
  query String,
  deleted Bool,
  at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY slug
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
