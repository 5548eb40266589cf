-- Spans that can't be stored as they are: kept whole, with every reason.
CREATE MATERIALIZED VIEW IF NOT EXISTS quarantine_spans_mv /*on cluster*/ TO quarantine AS
SELECT received_at, source, 'span' AS kind, system, plant, flow, '' AS stage, '' AS partner,
  lower(hex(spans_in.trace_id)) || '-' || leftPad(lower(hex(spans_in.span_id)), 16, '0') AS message_id, '' AS position,
  spans_in.reasons.reason AS reasons, spans_in.reasons.code AS codes,
  toJSONString(map('name', toString(name), 'service', toString(service), 'start', toString(ts), 'duration_ns', toString(duration_ns), 'attributes', toJSONString(attributes), 'resource', toString(resource))) AS body
FROM spans_in
WHERE notEmpty(spans_in.reasons)
