-- What was cut of what no age of single rows can tell (reconcilers/sweeper.ts): versions of states that were replaced up to
-- a load, and cases closed long ago. `begun` stands before anything is gone, so that nobody relies on what may be.
CREATE TABLE IF NOT EXISTS sweeps /*on cluster*/ (
  at DateTime64(3, 'UTC'),
  what Enum8('history' = 1, 'cases' = 2),
  act Enum8('begun' = 1, 'done' = 2),
  -- of versions: up to which load; 0 of cases
  load_seq UInt64,
  rows UInt64
) ENGINE = /*replicated*/MergeTree
ORDER BY (what, at, act)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
