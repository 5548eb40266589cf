-- Only what crosses a boundary is a call: work inside of a service is left to the trace itself. A call is throttled when
-- it was answered 429 or RESOURCE_EXHAUSTED, by the names of HTTP and gRPC conventions, old and new.
CREATE MATERIALIZED VIEW IF NOT EXISTS span_latency_1m_mv /*on cluster*/ TO span_latency_1m AS
SELECT plant, flow, toStartOfMinute(ts) AS minute, service, peer, name, kind,
  toUInt16(round(log(greatest(duration_ns, 1)) / log(1.02))) AS bucket,
  count() AS calls, countIf(status = 'ERROR') AS errors,
  countIf(attributes['http.response.status_code'] = '429' OR attributes['http.status_code'] = '429'
    OR attributes['rpc.grpc.status_code'] = '8' OR attributes['rpc.response.status_code'] = 'RESOURCE_EXHAUSTED') AS throttled
FROM spans_in
WHERE kind IN ('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER')
GROUP BY plant, flow, minute, service, peer, name, kind, bucket
