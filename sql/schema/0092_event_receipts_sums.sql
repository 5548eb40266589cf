-- What long ranges are read from: messages of an hour, and by partner those of a day, counted by how long they took. `lag_s`
-- is rounded up: to 5 s up to five minutes, to a minute up to a day, to an hour above. What is later than a limit that such a
-- step ends with is told from it exactly.
ALTER TABLE event_receipts /*on cluster*/
  ADD COLUMN IF NOT EXISTS id_hash UInt64 MATERIALIZED cityHash64(source, event_id) CODEC(NONE),
  ADD COLUMN IF NOT EXISTS lag_s UInt32 MATERIALIZED multiIf(received_at <= occurred_at, 0,
    dateDiff('millisecond', occurred_at, received_at) <= 300000, intDiv(dateDiff('millisecond', occurred_at, received_at) + 4999, 5000) * 5,
    dateDiff('millisecond', occurred_at, received_at) <= 86400000, intDiv(dateDiff('millisecond', occurred_at, received_at) + 59999, 60000) * 60,
    intDiv(dateDiff('millisecond', occurred_at, received_at) + 3599999, 3600000) * 3600) CODEC(T64, ZSTD(1)),
  ADD INDEX IF NOT EXISTS ix_load load_seq TYPE minmax GRANULARITY 1
