SELECT toUInt32(count()) AS total FROM quarantine
