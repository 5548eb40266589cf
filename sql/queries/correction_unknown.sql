-- What messages that were only tried name and no system has stated.
SELECT DISTINCT entity, value FROM event_verdicts WHERE load_seq = {load_seq:UInt64}
