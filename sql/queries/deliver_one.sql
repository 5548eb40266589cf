-- One notification, and how many later ones there are about the same group.
SELECT sequence, id, group_key, status, is_test, body, created_at,
  (SELECT toUInt32(count()) FROM notifications AS later FINAL
   WHERE later.receiver = {receiver:String} AND later.sequence > {sequence:UInt64}
     AND later.group_key = (SELECT any(group_key) FROM notifications WHERE receiver = {receiver:String} AND sequence = {sequence:UInt64})) AS later
FROM notifications FINAL
WHERE receiver = {receiver:String} AND sequence = {sequence:UInt64}
LIMIT 1
