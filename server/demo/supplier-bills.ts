import { iso, minute, type StateRow } from './effects.ts'
import { type Finding, supplierFaults } from './faults.ts'
import { costAt, money } from './plants.ts'
import type { Purchase, PurchasePart } from './purchasing.ts'
import type { Random } from './random.ts'
import { erpLine, procureToStock, type Sim } from './sim.ts'

type Receipt = {
  receivedAt: number
  /** until when the warehouse has fewer than came */
  misreadUntil: number | undefined
  /** nothing else is wrong with it */
  mayOvercharge: boolean
}
type Billed = { part: PurchasePart; pieces: number; price: number }

/** Plans what the supplier bills for a receipt some hours later: at times too much, which is credited once it is seen. */
export function planBill(
  sim: Sim,
  purchase: Purchase,
  parts: PurchasePart[],
  { receivedAt, misreadUntil, mayOvercharge }: Receipt,
  random: Random,
): void {
  const { order, plant } = purchase
  const billedAt = receivedAt + random.int(90, 14 * 60) * minute
  const right = parts.map((part): Billed => ({ ...part, part, price: costAt(plant, part.line.item) }))
  const fault = mayOvercharge ? sim.faults.draw(random, supplierFaults) : undefined
  const wrong = random.pick(right)
  const share = 0.04 + random.next() * 0.08
  const visibleAt = billedAt + sim.faults.grace('three_way_match')
  const correctedAt = fault ? sim.faults.correction(random, plant.plant, visibleAt) : 0
  const charged: Billed = {
    ...wrong,
    price: fault === 'higher_price' ? wrong.price + Math.ceil(wrong.price * share) : wrong.price,
    pieces: fault === 'billed_more' ? wrong.pieces + Math.ceil(wrong.pieces * share * 2) : wrong.pieces,
  }
  const post = (at: number, type: string, kind: string, lines: Billed[]) =>
    postBill(sim, purchase, at, type, kind, lines)
  post(
    billedAt,
    'erp.supplier_invoice.posted.v1',
    'invoice',
    right.map((line) => (line === wrong ? charged : line)),
  )
  if (misreadUntil !== undefined)
    sim.faults.record({
      id: `misread-bill-${order}-${billedAt}`,
      kind: 'wrong_unit',
      plant: plant.plant,
      injectedAt: billedAt,
      findings: parts
        .filter(({ line }) => line.unit === 'BOX')
        .map((part) => ({
          ...finding(order, part, 'invoiced_not_received', visibleAt, misreadUntil),
          worth: (part.pieces - part.pieces / 12) * costAt(plant, part.line.item),
        })),
    })
  if (!fault) return

  if (fault === 'billed_twice')
    post(billedAt + 3 * minute, 'erp.supplier_invoice.posted.v1', 'invoice', [charged])
  post(correctedAt, 'erp.supplier_credit.posted.v1', 'credit', [charged])
  // what is credited whole is billed anew as it should have been
  if (fault !== 'billed_twice') post(correctedAt, 'erp.supplier_invoice.posted.v1', 'invoice', [wrong])
  const names = {
    higher_price: 'purchase_price',
    billed_twice: 'duplicate_invoice',
    billed_more: 'invoiced_not_received',
  }
  const from = fault === 'billed_twice' ? visibleAt + 3 * minute : visibleAt
  sim.faults.record({
    id: `${fault}-${order}`,
    kind: fault === 'billed_twice' ? 'duplicate_posting' : 'supplier_overcharge',
    plant: plant.plant,
    injectedAt: billedAt,
    findings: [
      {
        ...finding(order, wrong.part, names[fault], from, correctedAt),
        // what is billed beyond what should be
        worth: charged.pieces * charged.price - (fault === 'billed_twice' ? 0 : wrong.pieces * wrong.price),
      },
    ],
  })
}

const finding = (
  order: string,
  { line }: PurchasePart,
  name: string,
  visibleAt: number,
  correctedAt: number,
): Finding => ({
  check: 'three_way_match',
  key: `${order}/${line.line}`,
  class: name,
  visibleAt,
  correctedAt,
})

function postBill(
  sim: Sim,
  { order, plant, supplier }: Purchase,
  at: number,
  type: string,
  kind: string,
  lines: Billed[],
): void {
  const bill = String(sim.number('bill'))
  const trace = sim.trace(plant, procureToStock, order, `bill ${bill}`)
  sim.emit({
    at,
    system: 'erp',
    plant: plant.plant,
    type,
    key: order,
    traceparent: trace.span(undefined, 'erp', 'SERVER', 'enter supplier invoice', at - 900, at),
    facts: { invoice: bill, order, supplier: supplier.name },
    states: {
      invoice_lines: lines.map(
        ({ part, pieces, price }, index): StateRow => ({
          kind,
          order_type: 'purchase',
          invoice_no: bill,
          line_no: erpLine((index + 1) * 10),
          order_no: order,
          order_line_no: erpLine(part.line.line),
          item: part.line.item.item,
          quantity: String(pieces),
          unit: part.line.item.unit,
          unit_price: money(price),
          currency: plant.currency,
          posted_at: iso(at),
        }),
      ),
    },
  })
}
