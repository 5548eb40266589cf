-- The spans of one trace, with all they carry.
SELECT leftPad(lower(hex(otel_spans.span_id)), 16, '0') AS span_id, if(otel_spans.parent_span_id = 0, '', leftPad(lower(hex(otel_spans.parent_span_id)), 16, '0')) AS parent_span_id, name, kind, status, status_message, service, system, plant, flow, key,
  toString(toUnixTimestamp64Nano(ts)) AS start_ns, duration_ns, scope, scope_version, attributes, mapKeys(attributes) AS attribute_names, attribute_types, JSONExtract(otel_spans.resource, 'Map(String, String)') AS resource, mapKeys(resource) AS resource_names, resource_types, trace_state,
  arrayMap(t -> toString(toUnixTimestamp64Nano(t)), events.ts) AS event_ns, events.name AS event_names, events.attributes AS event_attributes,
  arrayMap(id -> lower(hex(id)), links.trace_id) AS link_trace_ids, arrayMap(id -> leftPad(lower(hex(id)), 16, '0'), links.span_id) AS link_span_ids,
  links.attributes AS link_attributes
FROM otel_spans FINAL
WHERE trace_id = toFixedString(unhex({trace_id:String}), 16)
ORDER BY ts, duration_ns DESC
LIMIT 20000
-- all that is said of a span has its trace, and its moment: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
