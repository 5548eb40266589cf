import { type Facts, groupBy, type Kept, number, type Say, total, trim } from './oracle-rows.ts'

/** Checks of the demo by name, each in plain TypeScript. */
export const judges: Record<string, (facts: Facts, say: Say) => void> = {
  movements: judgeMovements,
  lifecycle: judgeLifecycle,
  price: judgePrices,
  masters: judgeMasters,
  shipment_goods_issue: judgeIssues,
  stock_type: judgeTypes,
  three_way_match: judgeBills,
  in_transit: judgeTransit,
}

/** What the warehouse moved against what the ERP posted of it, per reference and item, and in which month. */
function judgeMovements({ rows, roleOf, base, month }: Facts, say: Say): void {
  for (const [key, { rows: moved, at }] of groupBy(
    rows('stock_movements'),
    (row) => `${row.ref}/${row.item}`,
  )) {
    const [wms, erp] = ['wms', 'erp'].map((role) => moved.filter((row) => roleOf(row.system) === role)) as [
      Kept[],
      Kept[],
    ]
    const [left, right] = [wms, erp].map((side) => total(side, () => true, base)) as [number, number]
    if (left === right) {
      const isPosted = new Set(moved.map((row) => row.posted_at)).size === 1
      const inMonth = (side: Kept[], name: string) => total(side, (row) => month(row) === name, base)
      const months = isPosted ? [] : moved.map(month)
      if (months.some((name) => inMonth(wms, name) !== inMonth(erp, name))) say(key, 'movement_period', at)
      continue
    }
    const doubled = wms.length !== erp.length && Math.abs(right * wms.length - left * erp.length) < 1e-6
    if (erp.length === 0) say(key, 'movement_not_in_erp', at)
    else if (wms.length === 0) say(key, 'movement_not_in_wms', at)
    else if (doubled) say(key, 'movement_duplicate', at)
    else say(key, right === -left ? 'movement_sign' : 'movement_quantity', at)
  }
}

/** How far the systems say that a sales order line is. */
function judgeLifecycle({ rows, roleOf, base }: Facts, say: Say): void {
  const ordered = rows('order_lines').filter((row) => row.order_type === 'sales')
  const shipped = rows('shipment_lines').filter(
    (row) => roleOf(row.system) === 'wms' && ['outbound', 'return'].includes(String(row.direction)),
  )
  const billed = rows('invoice_lines').filter((row) => row.order_type !== 'purchase' && row.kind !== 'credit')
  const all = [
    ...ordered.map((row) => ({ ...row, order_line_no: row.line_no }) as Kept),
    ...shipped,
    ...billed,
  ]
  for (const [key, line] of groupBy(all, (row) => `${row.order_no}/${trim(row.order_line_no)}`)) {
    const is = (column: string, value: string) => (row: Kept) => row[column] === value
    const orderOf = (role: string) => line.rows.find((row) => row.status && roleOf(row.system) === role)
    const [crm, erp] = [orderOf('crm'), orderOf('erp')]
    if (!erp) continue
    const cancelled = [crm, erp].some((row) => row?.status === 'cancelled') ? base(erp) : 0
    const wanted = base(erp) - cancelled
    const out = total(line.rows, is('direction', 'outbound'), base)
    const back = total(line.rows, is('direction', 'return'), base)
    const invoiced =
      total(line.rows, is('kind', 'invoice'), base) - total(line.rows, is('kind', 'cancellation'), base)
    const isDone = erp.status === 'completed'
    if (cancelled > 0 && out - back > wanted) say(key, 'cancelled_but_picked', line.at)
    else if (invoiced > 0 && out === 0) say(key, 'invoiced_not_shipped', line.at)
    else if (isDone && out < Math.min(invoiced, wanted)) say(key, 'completed_but_open', line.at)
    else if (!isDone && wanted > 0 && out >= wanted) say(key, 'shipped_but_open', line.at)
  }
}

/** The price of one base unit: prices are stated for the unit of the quantity. */
const priceOf = (row: Kept, base: Facts['base']) =>
  (number(row.unit_price) * number(row.quantity)) / base(row)

/** What the CRM sells at against what the ERP bills, and the prices both agreed on with a customer. */
function judgePrices({ rows, roleOf, base }: Facts, say: Say): void {
  const value = (row: Kept) =>
    number(row.quantity) * number(row.unit_price) * (row.kind === 'invoice' ? 1 : -1)
  const isOff = (is: number, wanted: number) =>
    Math.round(Math.abs(is - wanted) * 1e6) * 100 > 0.5 * Math.round(Math.abs(wanted) * 1e6)
  const lists = groupBy(rows('prices'), (row) => `list/${row.partner}/${row.item}/${row.valid_from}`)
  for (const [key, { rows: held, at }] of lists) {
    const [crm, erp] = ['crm', 'erp'].map((role) => held.find((row) => roleOf(row.system) === role))
    if (crm && erp && isOff(number(erp.unit_price), number(crm.unit_price))) say(key, 'list_price', at)
  }
  const sold = new Map(
    rows('order_lines')
      .filter((row) => row.order_type === 'sales' && roleOf(row.system) === 'crm')
      .map((row) => [`billed/${row.order_no}/${trim(row.line_no)}`, row]),
  )
  const billed = groupBy(
    rows('invoice_lines').filter((row) => row.order_type !== 'purchase'),
    (row) => `billed/${row.order_no}/${trim(row.order_line_no)}`,
  )
  for (const [key, { rows: invoices, at }] of billed) {
    const line = sold.get(key)
    const count = total(
      invoices,
      () => true,
      (row) => number(row.quantity) * (row.kind === 'invoice' ? 1 : -1),
    )
    if (!line || count === 0) continue
    if (
      isOff(
        total(invoices, () => true, value),
        count * priceOf(line, base),
      )
    )
      say(key, 'billed_price', Math.max(at, line.at))
  }
}

/** What ERP, warehouse and CRM hold of an item that both know. */
function judgeMasters({ rows, roleOf }: Facts, say: Say): void {
  for (const [item, { rows: held }] of groupBy(rows('items'), (row) => `${row.item}`)) {
    const erp = held.find((row) => roleOf(row.system) === 'erp')
    for (const role of ['wms', 'crm']) {
      const other = held.find((row) => roleOf(row.system) === role)
      if (!erp || !other) continue
      const differs = (column: string) => erp[column] !== other[column] && erp[column] && other[column]
      const [unit, pack, flags] = [['base_unit'], ['pack_unit', 'pack_factor'], ['flags']].map((columns) =>
        columns.some(differs),
      )
      const name = unit
        ? 'master_base_unit'
        : pack
          ? 'master_unit_factor'
          : flags
            ? 'master_flags'
            : undefined
      if (name) say(`${item}/${role}`, name, Math.max(erp.at, other.at))
    }
  }
}

/** What left the warehouse against the goods issue the ERP posted for it. */
function judgeIssues({ rows, roleOf, base }: Facts, say: Say): void {
  const out = rows('shipment_lines').filter((row) => row.direction === 'outbound')
  for (const [key, { rows: lines, at }] of groupBy(out, (row) => `${row.shipment_no}/${trim(row.line_no)}`)) {
    const [wms, erp] = ['wms', 'erp'].map((role) => lines.find((row) => roleOf(row.system) === role))
    if (!erp) say(key, 'goods_issue_missing', at)
    else if (!wms) say(key, 'shipment_missing', at)
    else if (base(wms) !== base(erp)) say(key, 'goods_issue_quantity', at)
  }
}

/** The types that every system means the same by. */
const explainedTypes = new Set(['unrestricted', 'quality', 'blocked', 'returns'])

/** Which part of the stock is usable; only what is held back says since when the sides disagree. */
function judgeTypes({ rows, roleOf, base }: Facts, say: Say): void {
  const place = (row: Kept) => [row.location, row.item, row.batch].filter((part) => part !== '').join('/')
  for (const [key, { rows: stock }] of groupBy(rows('inventory_positions'), place)) {
    const more = (isHeld: boolean) =>
      total(
        stock,
        (row) => (row.stock_type !== 'unrestricted') === isHeld,
        (row) => (roleOf(row.system) === 'wms' ? base(row) : -base(row)),
      )
    const [usable, held] = [more(false), more(true)]
    const at = Math.max(0, ...stock.filter((row) => row.stock_type !== 'unrestricted').map((row) => row.at))
    // under a type of its own, whatever else is shown otherwise
    const own = stock.filter((row) => !explainedTypes.has(String(row.stock_type)) && base(row) !== 0)
    if (own.length > 0) say(key, 'type_unknown', at)
    else if (usable * held < 0) say(key, 'shown_usable', at)
  }
}

/** What a supplier billed so far against what was received at the price ordered: two percent and a hundred pass. */
function judgeBills({ rows, base }: Facts, say: Say): void {
  const keyOf = (row: Kept) => `${row.order_no}/${trim(row.order_line_no)}`
  const ordered = new Map(
    rows('order_lines')
      .filter((row) => row.order_type === 'purchase')
      .map((row) => [`${row.order_no}/${trim(row.line_no)}`, row]),
  )
  const bills = rows('invoice_lines').filter((row) => row.order_type === 'purchase')
  const receipts = groupBy(
    rows('shipment_lines').filter((row) => row.direction === 'inbound'),
    keyOf,
  )
  const sign = (row: Kept) => (row.kind === 'invoice' ? 1 : -1)
  const isMore = (is: number, than: number) =>
    is > than + 1e-6 && ((is - than) * 100 > 2 * than || is - than > 100)
  for (const [key, { rows: billed, at }] of groupBy(bills, keyOf)) {
    const order = ordered.get(key)
    if (!order) continue
    const all = () => true
    const received = receipts.get(key) ?? { rows: [], at: 0 }
    const count = total(billed, all, (row) => sign(row) * base(row))
    const value = total(billed, all, (row) => sign(row) * number(row.quantity) * number(row.unit_price))
    const came = total(received.rows, all, base)
    const [expected, asOrdered] = [came, count].map((pieces) => pieces * priceOf(order, base)) as [
      number,
      number,
    ]
    const same = [...groupBy(billed, (row) => `${row.quantity} ${row.unit_price}`).values()]
    const isTwice = same.some((group) => total(group.rows, all, sign) > 1)
    const name =
      isTwice && count > came && count > base(order)
        ? 'duplicate_invoice'
        : isMore(asOrdered, expected)
          ? 'invoiced_not_received'
          : isMore(Math.max(value, asOrdered), Math.min(value, asOrdered))
            ? 'purchase_price'
            : isMore(value, expected) && 'overinvoiced'
    if (name) say(key, name, Math.max(at, received.at))
  }
}

/** What was issued to this plant against what it booked in. */
function judgeTransit({ rows, everywhere, plant, base }: Facts, say: Say): void {
  const sent = everywhere('shipment_lines').filter(
    (row) => row.direction === 'transfer_out' && row.to_plant === plant,
  )
  const came = rows('shipment_lines').filter((row) => row.direction === 'transfer_in')
  for (const [key, { rows: lines }] of groupBy(
    [...sent, ...came],
    (row) => `${row.order_no}/${trim(row.order_line_no)}`,
  )) {
    const is = (direction: string) => (row: Kept) => row.direction === direction
    const [out, into] = [total(lines, is('transfer_out'), base), total(lines, is('transfer_in'), base)]
    const at = Math.max(0, ...lines.filter(is('transfer_out')).map((row) => row.at))
    if (out !== into) say(key, out > into ? 'transfer_short' : 'transfer_over', at)
  }
}
