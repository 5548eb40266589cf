-- Traces with a call that matches, newest call first: to a dependency by its spellings, or to the service `callee` whose
-- span has the call as its parent or links to it; failed, throttled, or slower than `over_ms`.
SELECT lower(hex(trace_id)) AS trace_id, min(ts) AS started_at,
  (max(toUnixTimestamp64Nano(ts) + toInt64(duration_ns)) - min(toUnixTimestamp64Nano(ts))) / 1e6 AS duration_ms,
  argMin(name, (parent_span_id != 0, ts)) AS root, argMin(service, (parent_span_id != 0, ts)) AS root_service,
  max(plant) AS trace_plant, max(flow) AS trace_flow, max(key) AS trace_key, toUInt32(count()) AS spans, toUInt32(countIf(status = 'ERROR')) AS errors, groupUniqArray(service) AS services
FROM otel_spans FINAL
WHERE otel_spans.trace_id IN (
  SELECT calls.trace_id FROM otel_spans AS calls
  WHERE calls.ts >= {from:DateTime64(3, 'UTC')} AND calls.ts < {to:DateTime64(3, 'UTC')} AND calls.kind IN ('CLIENT', 'PRODUCER')
    AND ({flow:String} = '' OR calls.flow = {flow:String})
    AND ({plant:String} = '' OR calls.plant = {plant:String})
    AND ({service:String} = '' OR calls.service = {service:String})
    AND (if(calls.attributes['peer.service'] != '', calls.attributes['peer.service'], calls.attributes['server.address']) IN {peers:Array(String)}
      OR (calls.trace_id, calls.span_id) IN (
        SELECT arrayJoin(arrayConcat([(received.trace_id, received.parent_span_id)], arrayZip(received.links.trace_id, received.links.span_id)))
        FROM otel_spans AS received
        WHERE received.service = {callee:String} AND received.kind IN ('SERVER', 'CONSUMER')
          AND received.ts >= {from:DateTime64(3, 'UTC')} AND received.ts < {to:DateTime64(3, 'UTC')} + INTERVAL 1 HOUR
      ))
    AND (NOT {errors:Bool} OR calls.status = 'ERROR')
    AND (NOT {throttled:Bool} OR calls.attributes['http.response.status_code'] = '429' OR calls.attributes['http.status_code'] = '429'
      OR calls.attributes['rpc.grpc.status_code'] = '8' OR calls.attributes['rpc.response.status_code'] = 'RESOURCE_EXHAUSTED')
    AND ({over_ms:Float64} = 0 OR calls.duration_ns > {over_ms:Float64} * 1e6)
  GROUP BY calls.trace_id
  ORDER BY max(calls.ts) DESC
  LIMIT {limit:UInt32}
)
GROUP BY otel_spans.trace_id
ORDER BY started_at DESC
-- all that is said of a span has its trace, and its moment: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
