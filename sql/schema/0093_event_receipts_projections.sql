ALTER TABLE event_receipts /*on cluster*/
  ADD PROJECTION IF NOT EXISTS by_hour (
    SELECT plant, hour, flow, stage, source, outcome, lag_s, count()
    GROUP BY plant, hour, flow, stage, source, outcome, lag_s
  ),
  ADD PROJECTION IF NOT EXISTS by_partner (
    SELECT plant, toStartOfDay(hour), flow, stage, partner, source, outcome, lag_s, count(), min(hour)
    GROUP BY plant, toStartOfDay(hour), flow, stage, partner, source, outcome, lag_s
  )
