-- Which hours of a plant were compared with their past, and how many of its places had a past to compare with.
CREATE TABLE IF NOT EXISTS hours_judged /*on cluster*/ (
  plant LowCardinality(String),
  hour DateTime('UTC'),
  judged_at DateTime64(3, 'UTC'),
  places UInt32,
  comparable UInt32
) ENGINE = /*replicated*/ReplacingMergeTree(judged_at)
ORDER BY (plant, hour)
TTL hour + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
