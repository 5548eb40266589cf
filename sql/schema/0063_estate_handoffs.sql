-- The hand-offs of the estate's flows, written at every start; the newest writing counts. At position 0 of each flow
-- stands its entry: no hand-off ('') leads to its first stage.
CREATE TABLE IF NOT EXISTS estate_handoffs /*on cluster*/ (
  loaded_at DateTime64(3, 'UTC'),
  flow LowCardinality(String),
  position UInt8,
  handoff LowCardinality(String),
  from_stage LowCardinality(String),
  to_stage LowCardinality(String),
  later_stages Array(String),
  objective_ms UInt64
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (loaded_at, flow, position)
TTL toDateTime(loaded_at) + INTERVAL 400 DAY
