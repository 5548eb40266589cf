import { type Delivery, shipmentLines, shortOf } from './delivery.ts'
import { minute } from './effects.ts'
import { crmState } from './sales-lines.ts'
import { erpLine, orderToCash, type Sim } from './sim.ts'
import { type Trace, traceHandoff, traceLoss, traceReceiving, traceRefusals, traceSending } from './traces.ts'

const erpPosting = { system: 'erp', doing: 'post goods movement', inside: 'check stock and period' }
const wmsShipping = (system: string) => ({
  system,
  doing: 'confirm shipment',
  inside: 'close handling units',
})

/**
 * The shipment's trace: the goods issue on its way from WMS to ERP, with its failures, and the notice to the CRM.
 * Returns the traceparents of the shipment and of the recorded notice.
 */
export function planIssueTrace(
  sim: Sim,
  planned: Delivery,
  noticedAt: number,
): { sent: string; noticed: string } {
  const { order, delivery } = planned
  const trace = sim.trace(order.plant, orderToCash, order.order, `issue ${delivery}`)
  const sent = sendIssue(sim, trace, planned)
  const notice = trace.span(sent, 'hub', 'CONSUMER', 'process ship_notice', noticedAt - 420, noticedAt + 6)
  const call = trace.span(notice, 'hub', 'CLIENT', 'record ship notice', noticedAt - 400, noticedAt + 4, {
    peer: 'crm',
  })
  return {
    sent,
    noticed: trace.span(call, 'crm', 'SERVER', 'record ship notice', noticedAt - 390, noticedAt),
  }
}

function sendIssue(sim: Sim, trace: Trace, planned: Delivery): string {
  const { order, delivery, shippedAt, postedAt, stuck, fault } = planned
  const { plant } = order
  const message = 'goods_issue'
  const from = wmsShipping(plant.wms)
  if (!stuck && fault !== 'lost_issue') {
    const { sent, arrived } = traceHandoff(trace, message, from, erpPosting, shippedAt, postedAt)
    planned.posting = arrived
    return sent
  }
  const publishedAt = shippedAt + 44
  const { sent, topic } = traceSending(trace, message, from, shippedAt, publishedAt)
  if (fault === 'lost_issue') {
    traceLoss(
      trace,
      message,
      topic,
      shippedAt + 900,
      `No route for handling unit of delivery ${delivery}; message dropped`,
    )
    const mend = sim.trace(plant, orderToCash, order.order, `issue again ${delivery}`)
    planned.posting = traceReceiving(
      mend,
      { ...erpPosting, doing: 'post goods movement by hand' },
      undefined,
      postedAt - 1_100,
      postedAt,
    )
    return sent
  }
  // what is refused goes back to its queue until a try goes through
  trace.wait(message, publishedAt, postedAt + 4)
  const tries = [
    1_200,
    32_000,
    5 * minute,
    15 * minute,
    30 * minute,
    45 * minute,
    60 * minute,
    75 * minute,
    90 * minute,
  ]
    .map((after) => shippedAt + after)
    .filter((at) => at < postedAt - 5_000)
  const refusal = {
    type: 'ApplicationError',
    message: '51 Application document not posted. FG1 is blocked by stock count 100000482',
  }
  traceRefusals(trace, message, topic, erpPosting, tries, refusal)
  const last = trace.span(
    topic,
    'hub',
    'CONSUMER',
    `process ${message}, try ${tries.length + 1}`,
    postedAt - 1_300,
    postedAt + 4,
  )
  const call = trace.span(last, 'hub', 'CLIENT', erpPosting.doing, postedAt - 1_290, postedAt + 2, {
    peer: 'erp',
  })
  planned.posting = traceReceiving(trace, erpPosting, call, postedAt - 1_280, postedAt)
  return sent
}

/** Plans what the ERP posts of it, and what it posts too often. */
export function planPosting(sim: Sim, planned: Delivery, mendedAt: number): void {
  const { order, delivery, postedAt, issues, fault } = planned
  const shared = { system: 'erp', plant: order.plant.plant, key: order.order }
  const posting = {
    ...shared,
    type: 'erp.goods_issue.posted.v1',
    facts: { delivery, order: order.order },
    moves: issues,
  }
  const less = fault === 'short_issue' ? shortOf(planned) : 0
  const postedLines = (left: number) => ({
    shipment_lines: shipmentLines(planned, erpLine, (item) => item.unit, left),
  })
  sim.emit({
    ...posting,
    at: postedAt,
    traceparent: planned.posting,
    states: postedLines(less),
    moves: issues.map((move, index) => (index === 0 ? { ...move, quantity: move.quantity + less } : move)),
  })
  if (less > 0)
    sim.emit({
      ...posting,
      at: mendedAt,
      facts: { ...posting.facts, reason: 'the rest of the handling units' },
      type: 'erp.goods_issue.completed.v1',
      states: postedLines(0),
      moves: issues.slice(0, 1).map((move) => ({ ...move, quantity: -less })),
    })
  if (fault === 'cancelled_but_picked') planCancelledOnOneSide(sim, planned, mendedAt)
  if (fault !== 'duplicate_issue') return
  const againAt = duplicateAt(planned)
  const trace = sim.trace(order.plant, orderToCash, order.order, `issue twice ${delivery}`)
  const doubled = trace.span(
    undefined,
    'hub',
    'CONSUMER',
    'process goods_issue, redelivered',
    againAt - 900,
    againAt + 4,
  )
  const call = trace.span(doubled, 'hub', 'CLIENT', erpPosting.doing, againAt - 880, againAt + 2, {
    peer: 'erp',
  })
  sim.emit({
    ...posting,
    at: againAt,
    traceparent: traceReceiving(trace, erpPosting, call, againAt - 860, againAt),
  })
  sim.emit({
    ...shared,
    at: mendedAt,
    type: 'erp.goods_issue.reversed.v1',
    facts: { delivery, order: order.order, reason: 'posted twice' },
    moves: issues.map((move) => ({ ...move, quantity: -move.quantity, kind: 'reversal' })),
  })
}

/** When a goods issue is posted the second time. */
export const duplicateAt = (planned: Delivery) =>
  planned.postedAt + 30_000 + (Number(planned.delivery) % 50) * 1_000

function planCancelledOnOneSide(sim: Sim, planned: Delivery, mendedAt: number): void {
  const { order } = planned
  const cancelledAt = cancelledAtOf(planned)
  const trace = sim.trace(order.plant, orderToCash, order.order, 'cancel')
  const side = { system: 'crm', doing: 'cancel order', inside: 'ask for confirmation' }
  const { sent, topic } = traceSending(trace, 'order.cancelled', side, cancelledAt, cancelledAt + 40)
  traceLoss(
    trace,
    'order.cancelled',
    topic,
    cancelledAt + 800,
    'Order is in process in the WMS; cancellation not forwarded',
  )
  const shared = { system: 'crm', plant: order.plant.plant, key: order.order }
  const states = (status: string) => ({
    order_lines: order.lines.map((line) => crmState(order, line, status)),
  })
  sim.emit({
    ...shared,
    at: cancelledAt,
    type: 'crm.order.cancelled.v1',
    traceparent: sent,
    facts: { order: order.order, reason: 'customer' },
    states: states('cancelled'),
  })
  sim.emit({
    ...shared,
    at: mendedAt,
    type: 'crm.order.reinstated.v1',
    facts: { order: order.order, reason: 'goods accepted by the customer' },
    states: states('open'),
  })
}

/** When the customer cancels what is being picked. */
export const cancelledAtOf = (planned: Delivery) =>
  Math.round(planned.releasedAt + (planned.pickedAt - planned.releasedAt) * 0.5)
