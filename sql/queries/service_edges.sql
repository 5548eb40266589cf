-- Who called whom: each call (a CLIENT or PRODUCER span) with the SERVER or CONSUMER span of another service that it is
-- the parent of, or that links to it, whichever batch each came in. Where no such span is known, the call's own word for
-- its peer counts, as other calls to that peer were stitched. A call lasts as its caller saw it; a message until it was
-- processed. Of many traces one in `one_in`, which is 2 to the power of `level`, is read: from the samples where that is one in
-- eight or fewer.
SELECT caller, callee, is_message, is_stitched, toUInt32(sum(counted)) AS calls, toUInt32(sum(failed)) AS errors,
  arrayMap(class -> pow(1.02, class) / 1e6, quantilesExactWeighted(0.5, 0.95, 0.99)(bucket, counted)) AS percentiles_ms
FROM (
  SELECT caller, is_message, bucket, counted, failed,
    -- the service that most of the stitched calls to this peer reached
    if(peer = '', '', argMaxIf(found, counted, found != '') OVER (PARTITION BY peer)) AS known,
    multiIf(found != '', found, known != '', known, peer) AS callee, found != '' OR known != '' AS is_stitched
  FROM (
    SELECT calls.service AS caller, calls.peer AS peer, toString(received.service) AS found, calls.kind = 'PRODUCER' AS is_message,
      toUInt16(round(log(greatest(if(is_message AND found != '', toFloat64(received.end_ns - calls.start_ns), toFloat64(calls.duration_ns)), 1)) / log(1.02))) AS bucket,
      count() AS counted, countIf(calls.status = 'ERROR' OR received.status = 'ERROR') AS failed
    FROM (
      SELECT trace_id, span_id, service, kind, status, duration_ns, toUnixTimestamp64Nano(ts) AS start_ns, peer
      FROM otel_spans
      WHERE {level:UInt8} < 3 AND plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER')
        AND ({flow:String} = '' OR flow = {flow:String})
        AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
        AND bitAnd(cityHash64(trace_id), {one_in:UInt32} - 1) = 0
      LIMIT 1 BY trace_id, span_id
      UNION ALL
      SELECT trace_id, span_id, service, kind, status, duration_ns, toUnixTimestamp64Nano(ts), peer
      FROM span_samples
      WHERE {level:UInt8} >= 3 AND level >= {level:UInt8} AND plant IN {plants:Array(String)} AND kind IN ('CLIENT', 'PRODUCER')
        AND ({flow:String} = '' OR flow = {flow:String})
        AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
        AND bitAnd(cityHash64(trace_id), {one_in:UInt32} - 1) = 0
      LIMIT 1 BY trace_id, span_id
    ) AS calls
    LEFT JOIN (
      SELECT origin.1 AS trace_id, origin.2 AS span_id, service, status, end_ns
      FROM (
        SELECT arrayJoin(arrayConcat([(trace_id, parent_span_id)], arrayZip(links.trace_id, links.span_id))) AS origin,
          otel_spans.span_id AS own, service, status, toUnixTimestamp64Nano(ts) + toInt64(duration_ns) AS end_ns
        FROM otel_spans
        WHERE {level:UInt8} < 3 AND plant IN {plants:Array(String)} AND kind IN ('SERVER', 'CONSUMER')
          AND ({flow:String} = '' OR flow = {flow:String})
          -- what was called near the end of the range may be received after it
          AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')} + INTERVAL 1 HOUR
          -- a span with links may have been called from any trace
          AND (bitAnd(cityHash64(trace_id), {one_in:UInt32} - 1) = 0 OR notEmpty(links.span_id))
        UNION ALL
        SELECT arrayJoin(arrayConcat([(trace_id, parent_span_id)], linked)), span_samples.span_id, service, status, toUnixTimestamp64Nano(ts) + toInt64(duration_ns)
        FROM span_samples
        WHERE {level:UInt8} >= 3 AND level >= {level:UInt8} AND plant IN {plants:Array(String)} AND kind IN ('SERVER', 'CONSUMER')
          AND ({flow:String} = '' OR flow = {flow:String})
          AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')} + INTERVAL 1 HOUR
      )
      WHERE origin.2 != 0 AND bitAnd(cityHash64(origin.1), {one_in:UInt32} - 1) = 0
      LIMIT 1 BY origin, own
    ) AS received ON received.trace_id = calls.trace_id AND received.span_id = calls.span_id
    WHERE found != caller
    GROUP BY caller, peer, found, is_message, bucket
  )
)
WHERE callee != ''
GROUP BY caller, callee, is_message, is_stitched
ORDER BY calls DESC, caller, callee, is_message
LIMIT 200
