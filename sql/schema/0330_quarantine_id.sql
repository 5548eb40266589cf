-- What one message in quarantine is called: the same as long as it is the same message.
ALTER TABLE quarantine /*on cluster*/ ADD COLUMN IF NOT EXISTS id String MATERIALIZED lower(hex(sipHash128(source, kind, message_id, position, body)))
