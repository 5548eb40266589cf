-- In which plants a business key is known, and as what: the number of an order, a document or a movement, an item, a lot, a
-- partner; or as a key of events, traces or cases only.
SELECT kind, plant, toUInt32(count()) AS found
FROM (
  SELECT 'order' AS kind, plant FROM order_lines FINAL WHERE order_no = {key:String} AND NOT deleted
  UNION ALL SELECT 'partner', plant FROM order_lines FINAL WHERE partner = {key:String} AND NOT deleted
  UNION ALL SELECT 'shipment', plant FROM shipment_lines FINAL WHERE shipment_no = {key:String} AND NOT deleted
  UNION ALL SELECT 'invoice', plant FROM invoice_lines FINAL WHERE invoice_no = {key:String} AND NOT deleted
  UNION ALL SELECT 'movement', plant FROM stock_movements FINAL WHERE (movement_no = {key:String} OR ref = {key:String}) AND NOT deleted
  UNION ALL SELECT 'item', plant FROM items FINAL WHERE item = {key:String} AND NOT deleted
  UNION ALL SELECT 'item', plant FROM inventory_positions FINAL WHERE item = {key:String} AND NOT deleted
  UNION ALL SELECT 'lot', plant FROM inventory_positions FINAL WHERE batch = {key:String} AND NOT deleted
  UNION ALL SELECT 'partner', plant FROM partners FINAL WHERE partner = {key:String} AND NOT deleted
  UNION ALL SELECT 'key', plant FROM business_events WHERE key = {key:String}
  UNION ALL SELECT 'key', plant FROM key_index WHERE key = {key:String}
  UNION ALL SELECT 'key', plant FROM exceptions WHERE key = {key:String} OR order_no = {key:String} OR item = {key:String}
)
WHERE plant IN {plants:Array(String)}
GROUP BY kind, plant
ORDER BY kind = 'key', found DESC, kind, plant
