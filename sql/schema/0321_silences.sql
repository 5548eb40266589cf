-- While a silence lasts nobody is told that an alert it fits began. A row for each thing done to it; the newest counts.
CREATE TABLE IF NOT EXISTS silences /*on cluster*/ (
  id String,
  written_at DateTime64(3, 'UTC'),
  -- labels and their values as JSON, see server/core/alert-match.ts
  matcher String,
  from DateTime64(3, 'UTC'),
  to DateTime64(3, 'UTC'),
  actor LowCardinality(String),
  reason String,
  -- before its time, by a person; the epoch while it was not
  ended_at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(written_at)
ORDER BY id
TTL toDateTime(to) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
