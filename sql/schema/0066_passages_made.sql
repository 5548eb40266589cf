-- For which stages and hand-offs the passages were made, whole; '' while they are being made.
CREATE TABLE IF NOT EXISTS passages_made /*on cluster*/ (
  made_at DateTime64(3, 'UTC'),
  structure String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY made_at
TTL toDateTime(made_at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
