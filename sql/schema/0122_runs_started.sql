ALTER TABLE runs /*on cluster*/ ADD INDEX IF NOT EXISTS ix_started started_at TYPE minmax GRANULARITY 1
