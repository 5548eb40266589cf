-- What a list shows of a case (`CaseRow` in server/api/exception-rows.ts), as one text: a page of the queue reads fifty from
-- anywhere. Small granules, each in a block of its own, make that fifty small reads.
CREATE TABLE IF NOT EXISTS exception_rows /*on cluster*/ (
  number UInt64,
  plant LowCardinality(String),
  shown String,
  revision UInt64
) ENGINE = /*replicated*/ReplacingMergeTree(revision)
ORDER BY number
SETTINGS index_granularity = 32, min_compress_block_size = 2048, fsync_after_insert = 1, fsync_part_directory = 1
