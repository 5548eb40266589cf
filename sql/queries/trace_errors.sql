-- Which of the traces hold an error, worst first.
SELECT lower(hex(trace_id)) AS trace_id, toUInt32(countIf(status = 'ERROR')) AS errors, max(ts) AS newest
FROM otel_spans FINAL
WHERE otel_spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
GROUP BY otel_spans.trace_id
ORDER BY errors DESC, newest DESC
