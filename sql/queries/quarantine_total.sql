-- How many messages are in quarantine.
SELECT toUInt32(count()) AS total FROM quarantine FINAL
