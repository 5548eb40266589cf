-- Codes of standing states that neither stand for themselves (`own`) nor are explained (`explained`: system and code, a
-- line between them): how many states have each, the newest of them, and one to look at.
WITH states AS (
  SELECT 'order_lines' AS entity, 'status' AS column, toString(system) AS system, toString(plant) AS plant, concat(order_no, '/', line_no) AS key,
    argMax(toString(status), (version, received_at)) AS code, argMax(deleted, (version, received_at)) AS gone, max(received_at) AS newest_at
  FROM order_lines
  WHERE (plant, system, order_type, order_no, line_no) IN (
    SELECT plant, system, order_type, order_no, line_no FROM order_lines
    WHERE NOT has({own_status:Array(String)}, toString(status)) AND NOT has({explained_status:Array(String)}, concat(toString(system), '\n', toString(status))))
  GROUP BY system, plant, order_type, order_no, line_no
  UNION ALL
  SELECT 'inventory_positions' AS entity, 'stock_type' AS column, toString(system) AS system, toString(plant) AS plant, concat(location, '/', item) AS key,
    toString(stock_type) AS code, argMax(deleted, (version, received_at)) AS gone, max(received_at) AS newest_at
  FROM inventory_positions
  WHERE NOT has({own_stock_type:Array(String)}, toString(stock_type)) AND NOT has({explained_stock_type:Array(String)}, concat(toString(system), '\n', toString(stock_type)))
  GROUP BY system, plant, location, item, batch, owner, stock_type
)
SELECT entity, column, system, code, toUInt32(count()) AS states, groupUniqArray(plant) AS plants, max(states.newest_at) AS newest_at, argMax(key, states.newest_at) AS example
FROM states
WHERE NOT gone
  AND NOT has(if(column = 'status', {own_status:Array(String)}, {own_stock_type:Array(String)}), code)
  AND NOT has(if(column = 'status', {explained_status:Array(String)}, {explained_stock_type:Array(String)}), concat(system, '\n', code))
GROUP BY entity, column, system, code
ORDER BY states DESC
LIMIT 200
