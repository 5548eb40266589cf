-- Which schema the store was made with: a digest of all statements.
CREATE TABLE IF NOT EXISTS schema_made /*on cluster*/ (
  digest String,
  made_at DateTime64(3, 'UTC')
) ENGINE = /*replicated*/ReplacingMergeTree(made_at)
ORDER BY digest
