/*
title: Partner masters
short: Partners
description: What the ERP and the CRM hold of a customer or supplier - the tax id, however it is written, and what is set for it, such as a block. That one of them has no record of it counts where its own order lines name it.
left: erp
right: crm
record: erp
flow: order_to_cash
schedule: '0 * * * * *'
grace: 1d
tolerance: '0'
materiality: '5000'
measure: orders
matching: lines
classes:
  partner_tax_id: Tax id differs
  partner_flags: Set otherwise
  partner_missing: No record of a partner in use
severity:
  partner_tax_id: high
  partner_flags: medium
  partner_missing: high
# whether a side keeps partners at all, and whether its order lines name one it has no record of
depends:
  - { entity: partners, on: {} }
  - { entity: order_lines, on: { partner: unit } }
reads:
  - entity: partners
    side: left
    key: [partner]
    unit: partner
    state: concat(upper(replaceRegexpAll(toString(tax_id), '[^0-9A-Za-z]', '')), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
  - entity: partners
    side: right
    key: [partner]
    unit: partner
    state: concat(upper(replaceRegexpAll(toString(tax_id), '[^0-9A-Za-z]', '')), '\n', arrayStringConcat(arraySort(splitByRegexp('[,; ]+', toString(flags))), ' '))
*/
WITH
lacking AS (SELECT plant, unit FROM compared WHERE left_rows = 0 OR right_rows = 0),
used AS (
  SELECT DISTINCT plant, partner, system IN {left_systems:Array(String)} AS by_left
  FROM state(order_lines)
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND (plant, partner) IN (SELECT plant, unit FROM lacking) AND NOT deleted
),
-- who keeps partners at all
keepers AS (
  SELECT DISTINCT plant, system IN {left_systems:Array(String)} AS is_left
  FROM state(partners)
  WHERE plant IN {plants:Array(String)} AND (system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)}) AND NOT deleted
),
judged AS (
  SELECT *,
    splitByChar('\n', left_state) AS left_parts,
    splitByChar('\n', right_state) AS right_parts,
    multiIf(
      left_rows = 0 OR right_rows = 0, if((plant, unit, left_rows = 0) IN (SELECT plant, partner, by_left FROM used) AND (plant, left_rows = 0) IN (SELECT plant, is_left FROM keepers), 'partner_missing', ''),
      -- what a system does not say cannot differ
      left_parts[1] != right_parts[1] AND left_parts[1] != '' AND right_parts[1] != '', 'partner_tax_id',
      left_parts[2] != right_parts[2] AND left_parts[2] != '' AND right_parts[2] != '', 'partner_flags',
      '') AS class
  FROM compared
)
SELECT plant, key, kh, class, item, order_no, left_rows, right_rows,
  multiIf(left_rows = 0, 'missing', class = 'partner_missing', 'on record', class = 'partner_flags', left_parts[2], left_parts[1]) AS left_value,
  multiIf(right_rows = 0, 'missing', class = 'partner_missing', 'on record', class = 'partner_flags', right_parts[2], right_parts[1]) AS right_value,
  CAST(NULL AS Nullable(Decimal(38, 6))) AS difference,
  '' AS unit,
  -- a master that is wrong costs what its documents cost, and those have cases of their own
  toDecimal128(0, 6) AS amount,
  '' AS currency,
  changed_at
FROM judged
