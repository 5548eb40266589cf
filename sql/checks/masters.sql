/*
title: Item masters
short: Masters
description: What the ERP, the warehouse and the CRM hold of an item that both know - the base unit, the unit it is packed in with its factor, and how it is handled.
left: erp
right: wms
record: erp
flow: order_to_cash
schedule: '0 * * * * *'
grace: 1d
tolerance: '0'
materiality: '5000'
measure: inventory
matching: lines
classes:
  master_base_unit: Base unit differs
  master_unit_factor: Unit factor differs
  master_flags: Handling differs
severity:
  master_base_unit: critical
  master_unit_factor: critical
  master_flags: medium
reads:
  # each pair of systems has a key of its own
  - entity: items
    side: left
    key: [item, "'wms'"]
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: right
    key: [item, "'wms'"]
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: left
    key: [item, "'crm'"]
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: right
    role: crm
    key: [item, "'crm'"]
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
*/
WITH judged AS (
  SELECT *,
    splitByChar('\n', left_state) AS left_parts,
    splitByChar('\n', right_state) AS right_parts,
    -- what a system does not say cannot differ
    arrayMap((left, right) -> left != right AND left != '' AND right != '', left_parts, right_parts) AS unlike,
    multiIf(
      left_rows = 0 OR right_rows = 0, '',
      unlike[1], 'master_base_unit',
      unlike[2] OR (left_price != right_price AND left_price != 0 AND right_price != 0), 'master_unit_factor',
      unlike[3], 'master_flags',
      '') AS class
  FROM compared
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'master_unit_factor', concat(left_parts[2], ' of ', toString(left_price)), class = 'master_flags', left_parts[3], left_parts[1]) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'master_unit_factor', concat(right_parts[2], ' of ', toString(right_price)), class = 'master_flags', right_parts[3], right_parts[1]) AS right_value,
  if(class = 'master_unit_factor', toNullable(CAST(right_price - left_price AS Decimal(38, 6))), NULL) AS difference,
  '' AS unit,
  -- a master that is wrong costs what its documents cost, and those have cases of their own
  toDecimal128(0, 6) AS amount,
  '' AS currency,
  changed_at
FROM judged
