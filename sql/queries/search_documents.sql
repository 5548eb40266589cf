-- What states are about that starts with what is looked for: items (by a part of their name, too), lots, partners, orders,
-- deliveries, invoices and movements; the newest of each kind first. Older versions of a row name the same, and are not left out.
SELECT kind, id, any(said) AS words, groupUniqArray(4)(plant) AS plants, max(occurred_at) AS last_at
FROM (
  SELECT 'item' AS kind, item AS id, name AS said, plant, occurred_at FROM items
  WHERE (startsWith(lower(item), lower({q:String})) OR (length({q:String}) >= 3 AND positionCaseInsensitive(name, {q:String}) > 0)) AND NOT deleted
  UNION ALL SELECT 'item', item, '', plant, occurred_at FROM inventory_positions WHERE startsWith(lower(item), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'lot', batch, item, plant, occurred_at FROM inventory_positions WHERE batch != '' AND startsWith(lower(batch), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'partner', partner, '', plant, occurred_at FROM order_lines WHERE partner != '' AND startsWith(lower(partner), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'partner', partner, '', plant, occurred_at FROM partners WHERE startsWith(lower(partner), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'order', order_no, toString(order_type), plant, occurred_at FROM order_lines WHERE startsWith(lower(order_no), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'shipment', shipment_no, order_no, plant, occurred_at FROM shipment_lines WHERE startsWith(lower(shipment_no), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'invoice', invoice_no, order_no, plant, occurred_at FROM invoice_lines WHERE startsWith(lower(invoice_no), lower({q:String})) AND NOT deleted
  UNION ALL SELECT 'movement', movement_no, ref, plant, occurred_at FROM stock_movements WHERE startsWith(lower(movement_no), lower({q:String})) AND NOT deleted
)
GROUP BY kind, id
ORDER BY length(id), last_at DESC
LIMIT 4 BY kind
LIMIT 16
