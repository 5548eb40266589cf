CREATE MATERIALIZED VIEW IF NOT EXISTS source_arrivals_mv /*on cluster*/ TO source_arrivals AS
SELECT source, plant, max(events_in.received_at) AS received_at, count() AS messages, countIf(is_late) AS late,
  maxIf(occurred_at, is_late) AS late_to, load_seq
FROM events_in
WHERE kind = 'event'
GROUP BY source, plant, load_seq
