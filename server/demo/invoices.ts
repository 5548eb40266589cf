import type { Delivery } from './delivery.ts'
import { iso, minute, type StateRow } from './effects.ts'
import { money } from './plants.ts'
import type { Random } from './random.ts'
import { erpState, finding } from './sales-lines.ts'
import { erpLine, orderToCash, type Sim } from './sim.ts'
import { traceHandoff } from './traces.ts'

const billing = { system: 'erp', doing: 'bill delivery', inside: 'determine tax' }

/** Plans the invoice of a delivery, and the second one where it is billed twice. */
export function planInvoice(sim: Sim, planned: Delivery, mendedAt: number, random: Random): void {
  const { order, delivery, invoicedAt, fault } = planned
  const { plant } = order
  const trace = sim.trace(plant, orderToCash, order.order, `invoice ${delivery}`)
  const { sent } = traceHandoff(
    trace,
    'invoice.posted',
    billing,
    { system: 'crm', doing: 'attach invoice', inside: 'update account' },
    invoicedAt,
    invoicedAt + random.int(4_000, 26_000),
  )
  const shared = { system: 'erp', plant: plant.plant, key: order.order }
  const invoice = String(sim.number('invoice'))
  const facts = { invoice, delivery, order: order.order }
  const posting = { ...shared, type: 'erp.invoice.posted.v1', facts }
  const states = (kind: string, number: string, at: number) => ({
    invoice_lines: invoiceLines(planned, kind, number, at),
  })
  for (const { line, pieces } of planned.lines) {
    line.billed += pieces
    line.billedAt = Math.max(line.billedAt, invoicedAt)
  }
  // a line that is billed in full is done, whatever becomes of the others
  const done = planned.lines.filter(({ line }) => line.billed >= line.pieces)
  sim.emit({
    ...posting,
    at: invoicedAt,
    traceparent: sent,
    states: {
      ...states('invoice', invoice, invoicedAt),
      order_lines: done.map(({ line }) => erpState(order, line, 'completed')),
    },
  })
  if (fault !== 'duplicate_invoice') return
  const again = String(sim.number('invoice'))
  const againAt = invoicedAt + random.int(60_000, 12 * minute)
  const visibleAt = againAt + sim.faults.grace('goods_issue_billing')
  const cancelledAt = Math.max(mendedAt, visibleAt + 20 * minute)
  sim.emit({
    ...posting,
    at: againAt,
    facts: { ...facts, invoice: again },
    states: states('invoice', again, againAt),
  })
  const cancellation = String(sim.number('invoice'))
  sim.emit({
    ...posting,
    at: cancelledAt,
    type: 'erp.invoice.cancelled.v1',
    facts: { ...facts, invoice: cancellation, cancels: again },
    states: states('cancellation', cancellation, cancelledAt),
  })
  sim.faults.record({
    id: `billed-twice-${delivery}`,
    kind: 'duplicate_posting',
    plant: plant.plant,
    injectedAt: againAt,
    findings: planned.lines.map(({ line, pieces }) => ({
      ...finding(order, line, 'overbilled', visibleAt, cancelledAt, 'goods_issue_billing'),
      worth: pieces * line.erpPrice,
    })),
  })
}

/** The lines of a billing document, in base units at the ERP's price. */
function invoiceLines(planned: Delivery, kind: string, invoice: string, at: number): StateRow[] {
  return planned.lines.map(({ line, pieces }, index) => ({
    kind,
    invoice_no: invoice,
    line_no: erpLine((index + 1) * 10),
    order_no: planned.order.order,
    order_line_no: erpLine(line.line),
    item: line.item.item,
    quantity: String(pieces),
    unit: line.item.unit,
    unit_price: money(line.erpPrice),
    currency: planned.order.plant.currency,
    posted_at: iso(at),
  }))
}
