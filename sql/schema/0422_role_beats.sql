-- What each process says of itself every few seconds, for those of other roles: it is there, what waits with it, and what
-- only it knows, such as the alerts that fire.
CREATE TABLE IF NOT EXISTS role_beats /*on cluster*/ (
  process String,
  at DateTime64(3, 'UTC') DEFAULT now64(3),
  roles Array(LowCardinality(String)),
  -- the leases it holds
  leases Array(LowCardinality(String)),
  body String
) ENGINE = /*replicated*/ReplacingMergeTree(at)
ORDER BY process
TTL toDateTime(at) + INTERVAL 1 DAY
