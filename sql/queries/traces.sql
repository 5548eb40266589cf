-- Traces with a span that matches, newest first; Plumbline's own work only when it is asked for.
SELECT lower(hex(trace_id)) AS trace_id, min(ts) AS started_at,
  (max(toUnixTimestamp64Nano(ts) + toInt64(duration_ns)) - min(toUnixTimestamp64Nano(ts))) / 1e6 AS duration_ms,
  argMin(name, (parent_span_id != 0, ts)) AS root, argMin(service, (parent_span_id != 0, ts)) AS root_service,
  max(plant) AS trace_plant, max(flow) AS trace_flow, max(key) AS trace_key, toUInt32(count()) AS spans, toUInt32(countIf(status = 'ERROR')) AS errors, groupUniqArray(service) AS services
FROM otel_spans FINAL
WHERE ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
  AND ({flow:String} = '' OR flow = {flow:String}) AND ({plant:String} = '' OR plant = {plant:String})
  AND ({key:String} = '' OR otel_spans.trace_id IN (SELECT key_index.trace_id FROM key_index WHERE key_index.key = {key:String}) OR lower(hex(otel_spans.trace_id)) = lower({key:String}))
  AND (empty({ids:Array(String)}) OR otel_spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16)))
GROUP BY otel_spans.trace_id
HAVING if({service:String} = '', services != ['plumbline'], has(services, {service:String})) AND (NOT {errors:Bool} OR errors > 0) AND duration_ms >= {min_ms:Float64}
ORDER BY started_at DESC
LIMIT {limit:UInt32}
-- all that is said of a span has its trace, and its moment: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
