-- What a receiver is to be told next: the first that is open, or not yet begun.
SELECT sequence, id, body, created_at
FROM notifications FINAL
WHERE receiver = {receiver:String} AND (sequence > {settled_to:UInt64} OR has({open:Array(UInt64)}, sequence))
ORDER BY sequence
LIMIT 1
