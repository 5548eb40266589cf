CREATE MATERIALIZED VIEW IF NOT EXISTS case_mentions_mv /*on cluster*/ TO case_mentions AS
SELECT number, version, id, text
FROM exception_acts
WHERE position(text, '@') > 0
