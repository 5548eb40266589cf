-- The type of the event, and so its contract; '' for what is no event.
ALTER TABLE quarantine /*on cluster*/ ADD COLUMN IF NOT EXISTS type LowCardinality(String) MATERIALIZED if(kind = 'event', JSONExtractString(body, 'type'), '')
