-- Open cases that will be late at the present pace, as it was last reckoned (reconcilers/forecasts.ts): each reckoning
-- writes all of them at one moment, and a row without a number, also when there are none.
CREATE TABLE IF NOT EXISTS case_forecasts /*on cluster*/ (
  at DateTime64(3, 'UTC'),
  number UInt64,
  -- the clock that will run out: to acknowledge it, or to resolve it
  clock LowCardinality(String),
  due_at DateTime64(3, 'UTC'),
  -- when it will be done at this pace
  expected_at DateTime64(3, 'UTC'),
  -- its place among what its team has to do in its plant, by when it is due; the first is 1
  place UInt32,
  -- how many the team did lately, and in how much working time of the plant; 0 where too few to say
  done UInt32,
  done_in_ms Int64,
  -- in how much working time half of the cases like it were done, and of how many that is said; 0 where of too few
  like_ms Int64,
  like_cases UInt32
) ENGINE = /*replicated*/MergeTree
ORDER BY (at, number)
TTL toDateTime(at) + INTERVAL 1 HOUR
SETTINGS merge_with_ttl_timeout = 600
