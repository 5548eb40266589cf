-- Whom a call names as its peer; what a map of services asks of every call.
ALTER TABLE otel_spans /*on cluster*/
  ADD COLUMN IF NOT EXISTS peer LowCardinality(String) MATERIALIZED if(attributes['peer.service'] != '', attributes['peer.service'], attributes['server.address'])
