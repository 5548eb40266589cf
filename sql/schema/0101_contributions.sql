-- What each state adds to a key of a check: one row per state of a system. The key is hashed, so both sides lie in the
-- same order and equality never compares texts; the readable key travels along. Rows follow the states at the last
-- advanced cut; nobody but the reconciler writes them.
CREATE TABLE IF NOT EXISTS contributions /*on cluster*/ (
  check LowCardinality(String),
  plant LowCardinality(String),
  -- the highest 20 bits of kh: keys are compared bucket by bucket first
  bucket UInt32 MATERIALIZED toUInt32(bitShiftRight(kh, 44)) CODEC(T64, ZSTD(1)),
  -- two independent hashes of the key's parts, each part for itself: 1 and 11 is not 11 and 1
  kh UInt64,
  kx UInt64,
  side Enum8('left' = 1, 'right' = 2, 'note' = 3),
  -- which state of which system it is
  part UInt64,
  key String CODEC(ZSTD(1)),
  quantity Decimal(24, 6) CODEC(ZSTD(1)),
  price Decimal(24, 6) CODEC(ZSTD(1)),
  -- how many base units the price is for
  price_factor Decimal(24, 6) DEFAULT 1 CODEC(ZSTD(1)),
  state LowCardinality(String),
  item String CODEC(ZSTD(1)),
  order_no String CODEC(ZSTD(1)),
  unit LowCardinality(String),
  currency LowCardinality(String),
  -- what it adds to the fingerprint of its key (reconcilers/fingerprint.ts); as good as random
  print UInt64 CODEC(NONE),
  changed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  load_seq UInt64 CODEC(Delta, ZSTD(1)),
  deleted Bool,
  stamp UInt128,
  INDEX ix_load load_seq TYPE minmax GRANULARITY 1
) ENGINE = /*replicated*/ReplacingMergeTree(stamp)
PARTITION BY check
ORDER BY (check, plant, bucket, kh, kx, side, part)
PRIMARY KEY (check, plant, bucket, kh)
SETTINGS index_granularity = 1024
