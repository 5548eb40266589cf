ALTER TABLE span_latency_1m /*on cluster*/
  ADD PROJECTION IF NOT EXISTS by_hour (
    SELECT plant, flow, kind, peer, toStartOfHour(minute), service, name, bucket, sum(calls), sum(errors), sum(throttled)
    GROUP BY plant, flow, kind, peer, toStartOfHour(minute), service, name, bucket
  )
