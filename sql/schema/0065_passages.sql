-- A key at each hand-off it has come to, and (handoff '') at the entry of its flow: made of flow_progress after each load
-- (sql/passages.ts), in the order in which pages ask. What a load changes is struck by the same row with sign -1 and
-- written anew with +1; rows whose signs add up to 0 vanish in merges. So a question either sums signs, or groups by the
-- whole row; no row is ever replaced, and FINAL, which took fifteen times as long and more, is not needed.
CREATE TABLE IF NOT EXISTS passages /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  handoff LowCardinality(String),
  is_waiting Bool,
  -- milliseconds since the epoch; 0: not yet
  arrived_ms UInt64,
  key String,
  -- when it left the stage before; 0 at the entry
  left_ms UInt64,
  -- called off before it arrived
  is_ended Bool,
  -- whom the message that left the stage before was about; at the entry, the first one
  partner LowCardinality(String),
  -- of what has not arrived: a trace that carried the key
  trace_id String,
  -- at the entry: every stage the key has reached since, 'ended' when it was called off
  stages Array(LowCardinality(String)),
  sign Int64,
  INDEX ix_left left_ms TYPE minmax GRANULARITY 1,
  INDEX ix_key key TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = /*replicated*/SummingMergeTree(sign)
PRIMARY KEY (plant, flow, handoff, is_waiting, arrived_ms)
ORDER BY (plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, is_ended, partner, trace_id, stages)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
