-- One execution of a check for one plant on one cut.
CREATE TABLE IF NOT EXISTS runs /*on cluster*/ (
  run String,
  check LowCardinality(String),
  plant LowCardinality(String),
  -- full: every key; incremental: what was touched since, and what was not settled; as_of: a past cut, judged again
  kind Enum8('full' = 1, 'incremental' = 2, 'as_of' = 3),
  outcome Enum8('ok' = 1, 'incomplete' = 2, 'failed' = 3),
  reason String,
  started_at DateTime64(3, 'UTC'),
  duration_ms UInt32,
  -- the moment the run judges; rows that changed within the grace before it are still in flight
  clock DateTime64(3, 'UTC'),
  left_watermark DateTime64(3, 'UTC'),
  right_watermark DateTime64(3, 'UTC'),
  cut UInt64,
  rule String,
  left_rows UInt64,
  right_rows UInt64,
  -- rows of the larger side; where there are many, incremental runs take it from the last full one
  compared UInt64,
  -- keys this run looked at one by one
  judged UInt64,
  in_grace UInt64,
  variances UInt64,
  -- in the reporting currency
  amount Decimal(38, 6),
  -- within tolerance, of the keys it looked at: of all there are only where it compared every key
  tolerated UInt64,
  tolerated_amount Decimal(38, 6),
  tolerated_net Decimal(38, 6),
  -- the three sums in the currency of the plant
  amount_plant Decimal(38, 6),
  tolerated_amount_plant Decimal(38, 6),
  tolerated_net_plant Decimal(38, 6),
  opened UInt64,
  closed UInt64,
  -- more new cases than a run may open without a person: they wait
  held UInt64,
  -- of all it found, whatever the order: the same cut by the same rule has the same
  result_hash String,
  -- over all above and the proof of the run before: nothing in between can be changed unseen
  proof String,
  -- the run that was judged again; '' for others
  of_run String,
  INDEX ix_run run TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (check, plant, clock, run)
TTL toDateTime(started_at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
