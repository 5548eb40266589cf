-- An hour of a place far from the same hour of the past: a step when it begins and a step when it is over. Immutable; an
-- hour judged again writes the same row.
CREATE TABLE IF NOT EXISTS findings /*on cluster*/ (
  measure Enum8('volume' = 1, 'quarantined' = 2, 'deviating' = 3, 'repeated' = 4, 'latency' = 5, 'late' = 6, 'incomplete' = 7),
  plant LowCardinality(String),
  flow LowCardinality(String),
  stage LowCardinality(String),
  -- '': all partners together
  partner LowCardinality(String),
  hour DateTime('UTC'),
  state Enum8('opened' = 1, 'ended' = 2),
  found_at DateTime64(3, 'UTC'),
  -- messages, a share of them, or milliseconds at p95
  value Float64,
  expected Float64,
  spread Float64,
  score Float64,
  -- what it was measured on: messages or passages in the hour
  count UInt64,
  -- with how many hours it was compared, and with which
  compared UInt16,
  basis Enum8('weeks' = 1, 'days' = 2)
) ENGINE = /*replicated*/ReplacingMergeTree(found_at)
PARTITION BY toYYYYMM(hour)
ORDER BY (plant, measure, flow, stage, partner, hour, state)
TTL hour + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
