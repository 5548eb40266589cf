-- Events of keys that came since a moment.
SELECT plant, key, system, event_id, type, received_at FROM business_events FINAL
WHERE (plant, key) IN arrayZip({plants:Array(String)}, {keys:Array(String)}) AND received_at >= {since:DateTime64(3, 'UTC')}
ORDER BY received_at
