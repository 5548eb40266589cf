-- The lines of an events segment while it is being loaded (sql/events-load.ts): one partition per load, parsed once, read
-- by each table the load has something for, and dropped when it is done. A file a part: many columns, few of them used.
CREATE TABLE IF NOT EXISTS events_staged /*on cluster*/ (
  /*events_structure*/,
  load_seq UInt64,
  -- the try of the load that staged it
  staging UInt64,
  staged_at DateTime DEFAULT now()
) ENGINE = /*replicated*/MergeTree
PARTITION BY load_seq
ORDER BY tuple()
TTL staged_at + INTERVAL 1 DAY
SETTINGS ttl_only_drop_parts = 1, min_bytes_for_wide_part = 1099511627776, min_rows_for_wide_part = 1099511627776, fsync_after_insert = 1, fsync_part_directory = 1
