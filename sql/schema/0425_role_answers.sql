-- What became of it: that it was taken up, and then the answer.
CREATE TABLE IF NOT EXISTS role_answers /*on cluster*/ (
  id String,
  step Enum8('taken' = 1, 'done' = 2, 'refused' = 3),
  answer String,
  at DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = /*replicated*/MergeTree
ORDER BY (id, step)
TTL toDateTime(at) + INTERVAL 1 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
