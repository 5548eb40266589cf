/*
title: Version of a master not taken over
description: One side holds an older version of the record than the other, because it rejected the new one or has not taken it over yet.
explains: [list_price, master_base_unit, master_unit_factor, master_flags]
advice: Look why the version was rejected or where it waits, then have it taken over; what was written meanwhile went by the old one.
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
  HAVING uniqExact(held.version) > 1
),
rejected AS (
  SELECT number, any(concat('; it rejected the new one: ', reason)) AS why
  FROM (SELECT system, master, master_key, toUInt64OrZero(toString(master_version)) AS version, reason FROM master_rejections FINAL WHERE plant IN {plants:Array(String)} AND NOT deleted) AS told
  INNER JOIN sides ON sides.master = told.master AND sides.record = told.master_key AND sides.behind = told.system AND sides.newest = told.version
  GROUP BY number
)
SELECT sides.number AS number, if(rejected.number = sides.number, 0.95, 0.9) AS score,
  [(concat(transform(toString(ahead), {systems:Array(String)}, {names:Array(String)}, toString(ahead)), ' states version ', toString(newest)), sides.master, sides.record, stated_at, stated_trace),
   (concat(transform(toString(behind), {systems:Array(String)}, {names:Array(String)}, toString(behind)), ' holds version ', toString(oldest), rejected.why), sides.master, sides.record, held_since, '')] AS evidence,
  '' AS shared
FROM sides
LEFT JOIN rejected ON rejected.number = sides.number
