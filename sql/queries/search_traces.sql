-- A trace by its id, in one line.
SELECT lower(hex(trace_id)) AS trace_id, toUInt32(count()) AS spans, min(ts) AS started_at, argMin(name, ts) AS root
FROM otel_spans FINAL
WHERE otel_spans.trace_id = toFixedString(unhex({q:String}), 16)
GROUP BY otel_spans.trace_id
