-- Messages of some systems that are held in quarantine and name one of these references, newest first.
SELECT id, message_id, system, reasons, received_at,
  arrayFilter(ref -> position(body, ref) > 0, {refs:Array(String)}) AS refs
FROM quarantine FINAL
WHERE plant = {plant:String} AND system IN {systems:Array(String)} AND received_at >= {since:DateTime64(3, 'UTC')}
  AND arrayExists(ref -> position(body, ref) > 0, {refs:Array(String)})
ORDER BY received_at DESC
LIMIT 50
