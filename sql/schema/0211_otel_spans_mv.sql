CREATE MATERIALIZED VIEW IF NOT EXISTS otel_spans_mv /*on cluster*/ TO otel_spans AS
SELECT * EXCEPT peer
FROM spans_in
