/*
title: Blocked for posting
description: The system that should have gone on holds the partner or the item blocked.
explains: [not_billed, shipped_but_open, missing_in_erp, movement_not_in_erp, goods_issue_missing]
advice: Ask whoever set the block whether it still holds; lift it, and let what waits be posted.
*/
WITH
cases AS (
  -- the system that should have gone on, and with what
  SELECT number, plant, item, order_no, if(class = 'shipped_but_open', left_systems, right_systems) AS owing,
    multiIf(class IN ('not_billed', 'shipped_but_open'), 'billing', class = 'missing_in_erp', 'order', class = 'goods_issue_missing', 'delivery', 'posting') AS act
  FROM cause_cases
  WHERE sought = {sought:String} AND class IN ('not_billed', 'shipped_but_open', 'missing_in_erp', 'movement_not_in_erp', 'goods_issue_missing')
),
-- whom the order is from, whoever says so, and what is to be posted
concerned AS (
  SELECT DISTINCT cases.number AS number, 'partners' AS entity, orders.partner AS name
  FROM cases
  INNER JOIN (
    SELECT plant, order_no, partner FROM order_lines FINAL
    WHERE plant IN {plants:Array(String)} AND order_no IN (SELECT order_no FROM cases WHERE order_no != '') AND partner != '' AND NOT deleted
  ) AS orders ON orders.plant = cases.plant AND orders.order_no = cases.order_no
  UNION ALL
  SELECT number, 'items', item FROM cases WHERE item != ''
),
blocks AS (
  SELECT plant, system, 'partners' AS entity, partner AS name, splitByRegexp('[,; ]+', lower(toString(flags))) AS marks, occurred_at, trace_id
  FROM partners FINAL WHERE plant IN {plants:Array(String)} AND positionCaseInsensitive(toString(flags), 'block') > 0 AND NOT deleted
  UNION ALL
  SELECT plant, system, 'items', item, splitByRegexp('[,; ]+', lower(toString(flags))), occurred_at, trace_id
  FROM items FINAL WHERE plant IN {plants:Array(String)} AND positionCaseInsensitive(toString(flags), 'block') > 0 AND NOT deleted
)
SELECT cases.number AS number, 0.95 AS score,
  groupArray(4)((
    concat(transform(toString(blocks.system), {systems:Array(String)}, {names:Array(String)}, toString(blocks.system)), ' holds ', if(blocks.entity = 'items', 'item ', 'partner '), blocks.name, ' blocked: ', arrayStringConcat(arrayFilter(mark -> position(mark, 'block') > 0, marks), ', ')),
    blocks.entity, blocks.name, blocks.occurred_at, blocks.trace_id)) AS evidence,
  -- one block may hold up several plants
  concat('blocked ', min(concat(if(blocks.entity = 'items', 'item ', 'partner '), blocks.name, ' in ', transform(toString(blocks.system), {systems:Array(String)}, {names:Array(String)}, toString(blocks.system))))) AS shared
FROM cases
INNER JOIN concerned ON concerned.number = cases.number
INNER JOIN blocks ON blocks.entity = concerned.entity AND blocks.name = concerned.name
-- a block of something else, such as of deliveries, does not hold up a bill
WHERE blocks.plant = cases.plant AND has(owing, toString(blocks.system)) AND hasAny(marks, ['block', 'blocked', 'posting_block', concat(act, '_block')])
GROUP BY cases.number
