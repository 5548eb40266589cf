-- What receivers said of interchanges: 997, 999 and TA1 of X12, CONTRL and APERAK of EDIFACT. `sender` is who says it.
CREATE TABLE IF NOT EXISTS edi_acknowledgements /*on cluster*/ (
  source LowCardinality(String),
  standard LowCardinality(String),
  path String,
  at DateTime64(3, 'UTC'),
  sender String,
  receiver String,
  -- of the interchange that says it
  control String,
  kind LowCardinality(String),
  -- what it speaks of; '' where it does not say so
  of_interchange String,
  of_group String,
  of_message String,
  of_type LowCardinality(String),
  of_document String,
  verdict Enum8('accepted' = 1, 'with_errors' = 2, 'partly' = 3, 'rejected' = 4),
  reasons Array(String),
  load_seq UInt64
) ENGINE = /*replicated*/MergeTree
ORDER BY (sender, receiver, at)
TTL toDateTime(at) + INTERVAL 800 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
