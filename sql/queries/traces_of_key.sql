-- Traces that carry a key, newest first.
SELECT lower(hex(trace_id)) AS trace_id, min(ts) AS started_at,
  (max(toUnixTimestamp64Nano(ts) + toInt64(duration_ns)) - min(toUnixTimestamp64Nano(ts))) / 1e6 AS duration_ms,
  argMin(name, (parent_span_id != 0, ts)) AS root, toUInt32(count()) AS spans, toUInt32(countIf(status = 'ERROR')) AS errors, groupUniqArray(service) AS services
FROM otel_spans FINAL
WHERE otel_spans.trace_id IN (
  SELECT key_index.trace_id FROM key_index WHERE key_index.key = {key:String} AND key_index.plant IN ('', {plant:String})
  GROUP BY key_index.trace_id ORDER BY max(key_index.last_at) DESC LIMIT {limit:UInt32}
)
GROUP BY otel_spans.trace_id
ORDER BY started_at DESC
-- all that is said of a span has its trace, and its moment: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
