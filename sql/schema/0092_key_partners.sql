-- Whom the message of a key at a stage was about: what never arrived is counted under the partner of the message before it.
CREATE TABLE IF NOT EXISTS key_partners /*on cluster*/ (
  plant LowCardinality(String),
  flow LowCardinality(String),
  key String,
  stage LowCardinality(String),
  partner SimpleAggregateFunction(max, String)
) ENGINE = /*replicated*/AggregatingMergeTree
ORDER BY (plant, flow, key, stage)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
