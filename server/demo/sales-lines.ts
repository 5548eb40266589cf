import { type Item, type Partner, sold } from './catalogue.ts'
import { iso, type StateRow } from './effects.ts'
import type { Finding, orderFaults } from './faults.ts'
import { agreedItems } from './master-records.ts'
import { type Plant, priceAt, priceIn } from './plants.ts'
import type { Random } from './random.ts'
import { erpLine } from './sim.ts'

/** A line as the customer ordered it, and as the ERP took it. Prices in hundredths per base unit; stated per unit ordered. */
export type SalesLine = {
  line: number
  item: Item
  quantity: number
  unit: string
  price: number
  erpQuantity: number
  erpUnit: string
  erpPrice: number
  /** what will be delivered, in base units */
  pieces: number
  /** what of it is billed so far, and when last */
  billed: number
  billedAt: number
}

export type SalesOrder = {
  order: string
  plant: Plant
  customer: Partner
  createdAt: number
  dueAt: number
  lines: SalesLine[]
  fault: keyof typeof orderFaults | undefined
}

/** What a customer wants: mostly things that lie in one place. */
export function drawLines(plant: Plant, random: Random): SalesLine[] {
  const count = random.pick([1, 1, 2, 2, 2, 3, 3, 4])
  const first = random.pick(sold)
  const near = sold.filter((item) => item.home === first.home)
  const chosen = new Set<Item>([first])
  while (chosen.size < count) chosen.add(random.pick(random.chance(0.85) ? near : sold))
  return [...chosen].map((item, index) => {
    const inBoxes = item.boxed && random.chance(0.6)
    const wanted = Math.max(1, Math.round(random.lognormal(item.lot, 0.5)))
    const quantity = inBoxes ? Math.max(1, Math.round(wanted / 12)) : wanted
    const unit = inBoxes ? 'BOX' : item.unit
    const price = priceAt(plant, item)
    return {
      line: (index + 1) * 10,
      item,
      quantity,
      unit,
      price,
      erpQuantity: quantity,
      erpUnit: unit,
      erpPrice: price,
      pieces: inBoxes ? quantity * 12 : quantity,
      billed: 0,
      billedAt: 0,
    }
  })
}

/** Faults in what the ERP takes over. One that does not fit the order falls away. */
export function misread(order: SalesOrder, random: Random): void {
  if (order.fault === 'wrong_unit') {
    const line = order.lines.find((candidate) => candidate.unit === 'BOX')
    if (!line) order.fault = undefined
    else Object.assign(line, { erpUnit: 'PCE', pieces: line.quantity })
  }
  if (order.fault === 'stale_price') {
    // a price agreed with the customer changes on its own, and might come to the one that is out of date
    const agreed = agreedItems(order.customer)
    const listed = order.lines.filter((line) => !agreed.includes(line.item))
    const share = 0.03 + random.next() * 0.06
    if (listed.length === 0) order.fault = undefined
    else {
      const line = random.pick(listed)
      line.erpPrice = line.price - Math.max(2, Math.round(line.price * share))
    }
  }
}

export const finding = (
  order: SalesOrder,
  line: SalesLine,
  name: string,
  visibleAt: number,
  correctedAt: number,
  check = 'order_lines',
): Finding => ({
  check,
  key: `${order.order}/${line.line}`,
  class: name,
  visibleAt,
  correctedAt,
})

export const crmState = (order: SalesOrder, line: SalesLine, status: string): StateRow => ({
  order_type: 'sales',
  order_no: order.order,
  line_no: String(line.line),
  item: line.item.item,
  quantity: String(line.quantity),
  unit: line.unit,
  unit_price: priceIn(line.unit, line.price),
  currency: order.plant.currency,
  status,
  partner: order.customer.partner,
  due_at: iso(order.dueAt),
})

export const erpState = (order: SalesOrder, line: SalesLine, status: string): StateRow => ({
  ...crmState(order, line, status),
  line_no: erpLine(line.line),
  quantity: String(line.erpQuantity),
  unit: line.erpUnit,
  unit_price: priceIn(line.erpUnit, line.erpPrice),
})
