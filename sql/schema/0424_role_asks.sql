-- What people ask of another role's process, such as to run a check now; the holder of the lease takes it up.
CREATE TABLE IF NOT EXISTS role_asks /*on cluster*/ (
  id String,
  lease LowCardinality(String),
  ask LowCardinality(String),
  given String,
  at DateTime64(3, 'UTC') DEFAULT now64(3),
  -- after this nobody waits for the answer any more
  until DateTime64(3, 'UTC')
) ENGINE = /*replicated*/MergeTree
ORDER BY at
TTL toDateTime(at) + INTERVAL 1 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
