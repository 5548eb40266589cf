-- Interchanges of X12 and EDIFACT that files held: who sent what to whom, under which number, and whether it was taken. One
-- counts once its load is committed.
CREATE TABLE IF NOT EXISTS edi_interchanges /*on cluster*/ (
  source LowCardinality(String),
  standard LowCardinality(String),
  path String,
  -- when the file was written
  at DateTime64(3, 'UTC'),
  read_at DateTime64(3, 'UTC'),
  sender String,
  sender_qualifier LowCardinality(String),
  receiver String,
  receiver_qualifier LowCardinality(String),
  -- its control number, without zeros in front
  control String,
  -- as it is written, without a zone
  sent_at String,
  version LowCardinality(String),
  test Bool,
  -- hash of its segments, and of the rules by which they were read
  content String,
  rules String,
  outcome Enum8('taken' = 1, 'duplicate' = 2, 'conflict' = 3),
  -- the file it came in before
  earlier String,
  messages Array(Tuple(type String, control String, version String, group String, document String)),
  lines UInt64,
  -- what was not as the standard says, and was read all the same
  deviations Array(String),
  load_seq UInt64
) ENGINE = /*replicated*/MergeTree
ORDER BY (source, sender, receiver, control, read_at)
TTL toDateTime(read_at) + INTERVAL 800 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
