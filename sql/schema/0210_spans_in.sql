-- Where the loader puts the spans of a segment; the views carry them on. `peer` is only for the sums.
CREATE TABLE IF NOT EXISTS spans_in /*on cluster*/ ENGINE = Null EMPTY AS
SELECT *, CAST('' AS LowCardinality(String)) AS peer
FROM otel_spans
