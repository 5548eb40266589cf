-- The last entry of the audit trail: what a new chain begins with.
SELECT hash FROM audit_trail ORDER BY at DESC, chain DESC, seq DESC LIMIT 1
