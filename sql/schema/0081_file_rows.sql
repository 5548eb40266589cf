-- Rows of a file on their way in, as text: parsed once, then mapped from here. A file is dropped from it when it is in.
CREATE TABLE IF NOT EXISTS file_rows /*on cluster*/ (
  load_seq UInt64,
  line UInt64,
  cells Array(Nullable(String)),
  raw String CODEC(ZSTD(1)),
  fault String,
  staged_at DateTime('UTC') DEFAULT now('UTC')
) ENGINE = /*replicated*/MergeTree
PARTITION BY load_seq ORDER BY line
TTL staged_at + INTERVAL 1 DAY
