/*
title: Master keyed otherwise
description: Both sides hold the same version of the record, and one of them has written something else into it.
explains: [list_price, master_base_unit, master_unit_factor, master_flags]
advice: Correct the record by hand where it was typed, and keep what the version says from being typed there at all.
*/
WITH
cases AS (
  SELECT *, if(class = 'list_price', 'prices', 'items') AS master, if(master = 'prices', substring(key, length('list/') + 1), item) AS record,
    -- items are compared with the warehouse and the CRM, each under a key of its own
    endsWith(key, '/crm') AND master = 'items' AS with_crm
  FROM cause_cases WHERE sought = {sought:String} AND class IN ('list_price', 'master_base_unit', 'master_unit_factor', 'master_flags')
),
held AS (
  SELECT plant, 'prices' AS master, concat(partner, '/', item, '/', toString(valid_from), if(scale_from > 0, concat('/', toString(scale_from)), '')) AS record, system, toUInt64OrZero(toString(master_version)) AS version, occurred_at, trace_id
  FROM prices FINAL
  WHERE plant IN {plants:Array(String)} AND record IN (SELECT record FROM cases WHERE master = 'prices') AND NOT deleted
  UNION ALL
  SELECT plant, 'items', toString(item) AS record, system, toUInt64OrZero(toString(master_version)), occurred_at, trace_id
  FROM items FINAL
  WHERE plant IN {plants:Array(String)} AND record IN (SELECT record FROM cases WHERE master = 'items') AND NOT deleted
),
sides AS (
  SELECT number, held.master AS master, held.record AS record, max(held.version) AS newest, min(held.version) AS oldest, min(held.occurred_at) AS held_since,
    argMax(held.system, (held.version, has(cases.left_systems, toString(held.system)))) AS ahead, argMin(held.system, (held.version, has(cases.left_systems, toString(held.system)))) AS behind, argMax(held.occurred_at, held.version) AS stated_at, argMax(held.trace_id, held.version) AS stated_trace
  FROM held
  INNER JOIN cases ON cases.plant = held.plant AND cases.master = held.master AND cases.record = held.record
  WHERE (has(cases.left_systems, toString(held.system)) OR has(cases.right_systems, toString(held.system)) != cases.with_crm) AND held.version > 0
  GROUP BY number, master, record
  HAVING uniqExact(held.version) = 1
)
SELECT sides.number AS number, 0.9 AS score,
  [(concat(left_name, ' says ', left_value, ', ', transform(toString(behind), {systems:Array(String)}, {names:Array(String)}, toString(behind)), ' says ', right_value, ', both of version ', toString(newest)), sides.master, sides.record, stated_at, stated_trace)] AS evidence,
  '' AS shared
FROM sides
INNER JOIN cases ON cases.number = sides.number
