-- Every attempt to deliver one notification, and every time a person asked for one, in their order.
SELECT step, attempt, at, outcome, status_code, answer, duration_ms, next_at, reason, actor
FROM deliveries FINAL
WHERE receiver = {receiver:String} AND sequence = {sequence:UInt64}
ORDER BY step
