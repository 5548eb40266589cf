-- What a replay is about, frozen when it was made: each message that is to be sent again, and each that is left out.
CREATE TABLE IF NOT EXISTS replay_items /*on cluster*/ (
  replay UInt64,
  position UInt32,
  -- what the receiver tells a repeated request by
  item String,
  plant LowCardinality(String),
  key String,
  document String,
  trace_id String,
  -- the case it is to close; 0 where there is none
  number UInt64,
  check LowCardinality(String),
  class LowCardinality(String),
  -- the systems of which an event is expected; none where only agreement counts
  expected Array(LowCardinality(String)),
  -- the type of that event: another one of the same system proves nothing; '' where only agreement counts
  expected_type LowCardinality(String),
  -- the how-manieth replay of the same message it is
  attempt UInt32,
  -- why it is not sent; '' where it is
  left_out String
) ENGINE = /*replicated*/ReplacingMergeTree
ORDER BY (replay, position)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
