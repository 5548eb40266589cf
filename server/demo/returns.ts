import { iso, minute } from './effects.ts'
import { money } from './plants.ts'
import type { Random } from './random.ts'
import type { SalesOrder } from './sales-lines.ts'
import { delayOf, erpLine, moveOf, orderToCash, type Sim, wmsUnit } from './sim.ts'
import { traceHandoff } from './traces.ts'

/** Plans the return of a part of one line: back on stock in both systems, and a credit note. */
export function planReturn(sim: Sim, order: SalesOrder, invoicedAt: number, random: Random): void {
  const { plant } = order
  const line = random.pick(order.lines)
  const pieces = random.int(1, Math.min(line.pieces, 4))
  const number = `R${sim.number('delivery')}`
  const returnedAt = invoicedAt + random.int(3 * 60, 26 * 60) * minute
  const postedAt = returnedAt + delayOf(random, plant.posting, 200, 0.6)
  const creditedAt = postedAt + Math.max(50_000, delayOf(random, 200, 400, 0.35))
  const moves = [moveOf(`${number}/${line.line}`, line.item, pieces, 'return')]
  const trace = sim.trace(plant, orderToCash, order.order, `return ${number}`)
  const { sent, arrived } = traceHandoff(
    trace,
    'return.received',
    { system: plant.wms, doing: 'receive return', inside: 'inspect goods' },
    { system: 'erp', doing: 'post return', inside: 'check delivery' },
    returnedAt,
    postedAt,
  )
  const shared = { plant: plant.plant, key: order.order, facts: { return: number, order: order.order } }
  const about = { order_no: order.order, item: line.item.item, quantity: String(pieces) }
  sim.emit({
    ...shared,
    at: returnedAt,
    system: plant.wms,
    type: 'wms.return.posted.v1',
    traceparent: sent,
    moves,
    states: {
      shipment_lines: [
        {
          ...about,
          direction: 'return',
          shipment_no: number,
          line_no: '10',
          order_line_no: String(line.line),
          unit: wmsUnit(plant, line.item),
          posted_at: iso(returnedAt),
        },
      ],
    },
  })
  sim.emit({
    ...shared,
    at: postedAt,
    system: 'erp',
    type: 'erp.return.posted.v1',
    traceparent: arrived,
    moves,
  })
  sim.emit({
    ...shared,
    at: creditedAt,
    system: 'erp',
    type: 'erp.credit_note.posted.v1',
    states: {
      invoice_lines: [
        {
          ...about,
          kind: 'credit',
          invoice_no: String(sim.number('invoice')),
          line_no: erpLine(10),
          order_line_no: erpLine(line.line),
          unit: line.item.unit,
          unit_price: money(line.erpPrice),
          currency: plant.currency,
          posted_at: iso(creditedAt),
        },
      ],
    },
  })
  sim.planned.add(plant.plant, line.item.item, pieces)
}
