-- Which of the traces hold an error, worst first.
SELECT lower(hex(trace_id)) AS trace_id, toUInt32(countIf(status = 'ERROR')) AS errors, max(ts) AS newest
FROM otel_spans FINAL
WHERE otel_spans.trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
GROUP BY otel_spans.trace_id
ORDER BY errors DESC, newest DESC
-- all that is said of a span has its trace, and its moment: none of it is in a part that an index leaves out
SETTINGS use_skip_indexes_if_final_exact_mode = 0
