-- Cases as they stand.
CREATE VIEW IF NOT EXISTS exceptions /*on cluster*/ AS SELECT * FROM exception_cases FINAL
