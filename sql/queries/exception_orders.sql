-- The order lines that a case touches, as each system has them: those of its order, or, where it is about stock, the open
-- sales lines of its item; those promised first come first. The count is of all, not only of those returned.
SELECT system, order_type, order_no, line_no, item, quantity, unit, unit_price, currency, status, partner, due_at, toUInt32(count() OVER ()) AS total
FROM order_lines FINAL
WHERE plant = {plant:String} AND NOT deleted
  AND if({order_no:String} != '', order_no = {order_no:String}, item = {item:String} AND item != '' AND order_type = 'sales' AND status NOT IN ('completed', 'cancelled', 'rejected'))
ORDER BY due_at = toDateTime64(0, 3, 'UTC'), due_at, order_no, line_no, system
LIMIT 40
