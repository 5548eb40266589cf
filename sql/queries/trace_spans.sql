SELECT lower(hex(span_id)) AS span_id, if(parent_span_id = 0, '', lower(hex(parent_span_id))) AS parent_span_id, name, kind, status, status_message, service, system, plant, flow, key,
  toString(toUnixTimestamp64Nano(ts)) AS start_ns, duration_ns, scope, attributes, resource,
  arrayMap(t -> toString(toUnixTimestamp64Nano(t)), events.ts) AS event_ns, events.name AS event_names, events.attributes AS event_attributes,
  arrayMap(id -> lower(hex(id)), links.trace_id) AS link_trace_ids, arrayMap(id -> lower(hex(id)), links.span_id) AS link_span_ids
FROM otel_spans FINAL
WHERE trace_id = toFixedString(unhex({trace_id:String}), 16)
ORDER BY ts, duration_ns DESC
LIMIT 20000
