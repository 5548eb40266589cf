-- What a sum said and what the table it sums held, hour by hour: a row for each hour whenever it was compared.
CREATE TABLE IF NOT EXISTS rollup_audits /*on cluster*/ (
  rollup LowCardinality(String),
  hour DateTime('UTC'),
  audited_at DateTime64(3, 'UTC'),
  exact UInt64,
  rolled_up UInt64,
  -- what the sum has too much; negative: too little
  drift Int64
) ENGINE = /*replicated*/ReplacingMergeTree
PARTITION BY toYYYYMM(audited_at)
ORDER BY (rollup, hour, audited_at)
TTL toDateTime(audited_at) + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
