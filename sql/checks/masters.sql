/*
title: Item masters
short: Masters
description: What the ERP, the warehouse and the CRM hold of an item - the base unit, the unit it is packed in with its factor, and how it is handled. That one of them has no record of it counts where its own documents name it.
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
  master_missing: No record of an item in use
severity:
  master_base_unit: critical
  master_unit_factor: critical
  master_flags: medium
  master_missing: high
# whether a side keeps items at all, and whether its documents name one it has no record of
depends:
  - { entity: items, on: {} }
  - { entity: order_lines, on: { mapped(item): item } }
  - { entity: shipment_lines, on: { mapped(item): item } }
  - { entity: inventory_positions, on: { mapped(item): item } }
# it is worth nothing itself: what its documents cost ages
ages: false
reads:
  # each pair of systems has a key of its own
  - entity: items
    side: left
    key: [mapped(item), "'wms'"]
    item: mapped(item)
    unit: "'wms'"
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: right
    key: [mapped(item), "'wms'"]
    item: mapped(item)
    unit: "'wms'"
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: left
    key: [mapped(item), "'crm'"]
    item: mapped(item)
    unit: "'crm'"
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: items
    side: right
    role: crm
    key: [mapped(item), "'crm'"]
    item: mapped(item)
    unit: "'crm'"
    price: pack_factor
    state: concat(unit_name(base_unit), '\n', unit_name(pack_unit), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
*/
WITH
lacking AS (SELECT plant, item FROM compared WHERE left_rows = 0 OR right_rows = 0),
-- what documents name, by the role that keeps them
used AS (
  SELECT plant, mapped(item) AS item, if(system IN {left_systems:Array(String)}, 'erp', 'crm') AS user
  FROM state(order_lines)
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {systems_crm:Array(String)}) AND (plant, mapped(item)) IN (SELECT plant, item FROM lacking) AND NOT deleted
  UNION DISTINCT
  SELECT plant, mapped(item) AS item, 'wms'
  FROM state(shipment_lines)
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND (plant, mapped(item)) IN (SELECT plant, item FROM lacking) AND NOT deleted
  UNION DISTINCT
  SELECT plant, mapped(item) AS item, 'wms'
  FROM state(inventory_positions)
  WHERE plant IN {plants:Array(String)} AND system IN {right_systems:Array(String)} AND (plant, mapped(item)) IN (SELECT plant, item FROM lacking) AND NOT deleted
),
-- who keeps items at all
keepers AS (
  SELECT DISTINCT plant, multiIf(system IN {left_systems:Array(String)}, 'erp', system IN {right_systems:Array(String)}, 'wms', 'crm') AS keeper
  FROM state(items)
  WHERE plant IN {plants:Array(String)} AND NOT deleted
),
judged AS (
  SELECT *,
    if(left_rows = 0, 'erp', unit) AS absent,
    splitByChar('\n', left_state) AS left_parts,
    splitByChar('\n', right_state) AS right_parts,
    -- what a system does not say cannot differ
    arrayMap((left, right) -> left != right AND left != '' AND right != '', left_parts, right_parts) AS unlike,
    multiIf(
      left_rows = 0 OR right_rows = 0, if((plant, item, absent) IN (SELECT plant, item, user FROM used) AND (plant, absent) IN (SELECT plant, keeper FROM keepers), 'master_missing', ''),
      unlike[1], 'master_base_unit',
      unlike[2] OR (left_price != right_price AND left_price != 0 AND right_price != 0), 'master_unit_factor',
      unlike[3], 'master_flags',
      '') AS class
  FROM compared
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'master_missing', 'on record', class = 'master_unit_factor', concat(left_parts[2], ' of ', toString(left_price)), class = 'master_flags', left_parts[3], left_parts[1]) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'master_missing', 'on record', class = 'master_unit_factor', concat(right_parts[2], ' of ', toString(right_price)), class = 'master_flags', right_parts[3], right_parts[1]) AS right_value,
  if(class = 'master_unit_factor', toNullable(CAST(right_price - left_price AS Decimal(38, 6))), NULL) AS difference,
  '' AS unit,
  -- a master that is wrong costs what its documents cost, and those have cases of their own
  toDecimal128(0, 6) AS amount,
  '' AS currency,
  changed_at
FROM judged
