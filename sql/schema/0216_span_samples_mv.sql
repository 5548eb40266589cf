CREATE MATERIALIZED VIEW IF NOT EXISTS span_samples_mv /*on cluster*/ TO span_samples AS
SELECT arrayMax(id -> toUInt8(bitCount(bitXor(cityHash64(id), cityHash64(id) - 1)) - 1), arrayConcat([trace_id], if(kind IN ('SERVER', 'CONSUMER'), links.trace_id, []))) AS level,
  plant, flow, ts, trace_id, span_id, parent_span_id, service, peer, kind, status, duration_ns, arrayZip(links.trace_id, links.span_id) AS linked, received_at
FROM spans_in
WHERE kind IN ('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER') AND arrayExists(id -> bitAnd(cityHash64(id), 7) = 0, arrayConcat([trace_id], if(kind IN ('SERVER', 'CONSUMER'), links.trace_id, [])))
