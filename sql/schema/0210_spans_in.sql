-- Where the loader puts the spans of a segment, good and bad; the views tell them apart.
CREATE TABLE IF NOT EXISTS spans_in /*on cluster*/ ENGINE = Null EMPTY AS
SELECT *, CAST('' AS LowCardinality(String)) AS peer, CAST('' AS LowCardinality(String)) AS source, CAST([] AS Array(Tuple(code String, reason String))) AS reasons
FROM otel_spans
