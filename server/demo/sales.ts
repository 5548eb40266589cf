import { customers } from './catalogue.ts'
import { type DeliveryLine, planDelivery } from './delivery.ts'
import { hour, iso, minute, type StateRow } from './effects.ts'
import { type Finding, orderFaults } from './faults.ts'
import { money, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { planReturn } from './returns.ts'
import {
  crmState,
  drawLines,
  erpState,
  finding,
  misread,
  type SalesLine,
  type SalesOrder,
} from './sales-lines.ts'
import { delayOf, erpLine, orderToCash, type Sim } from './sim.ts'
import { traceHandoff, traceLoss, traceSending } from './traces.ts'

const crm = { system: 'crm', doing: 'create order', inside: 'validate customer' }
const erp = { system: 'erp', doing: 'create sales order', inside: 'check credit and price' }

/** Plans one sales order from the CRM to its last invoice, with at most one fault. */
export function planSalesOrder(sim: Sim, plant: Plant, createdAt: number, random: Random): void {
  const order: SalesOrder = {
    order: `SO-${sim.number('order')}`,
    plant,
    customer: random.pick(customers),
    createdAt,
    dueAt: createdAt + random.int(24, 72) * hour,
    lines: drawLines(plant, random),
    fault: sim.faults.draw(random, orderFaults),
  }
  sim.concern(order.order, order.customer.partner)
  misread(order, random)
  if (order.fault === 'unknown_item') planMistyped(sim, order, random)
  const acceptedAt = planAcceptance(sim, order, random)
  if (order.fault === undefined && random.chance(0.03)) {
    planCancellation(sim, order, acceptedAt, random)
    return
  }
  for (const line of order.lines) sim.planned.add(plant.plant, line.item.item, -line.pieces)
  let last = 0
  for (const [index, { lines, isRest }] of splitDeliveries(order, random).entries()) {
    const fault = index === 0 ? order.fault : undefined
    // what was short at first is shipped once the first part is billed
    const notBefore = isRest ? last + random.int(20, 240) * minute : 0
    last = Math.max(last, planDelivery(sim, order, lines, acceptedAt, random, fault, notBefore).invoicedAt)
  }
  planCorrection(sim, order, acceptedAt, last, random)
  sim.emit({
    at: last + 2_000,
    system: 'erp',
    plant: plant.plant,
    type: 'erp.order.completed.v1',
    key: order.order,
    facts: { order: order.order },
  })
  if (order.fault === undefined && random.chance(0.035)) planReturn(sim, order, last, random)
}

function planAcceptance(sim: Sim, order: SalesOrder, random: Random): number {
  const { plant, createdAt } = order
  const trace = sim.trace(plant, orderToCash, order.order, 'order')
  const lasts = delayOf(random, plant.sync, 200, 0.85)
  let acceptedAt = createdAt + lasts
  let traceparent: string
  let arrived: string
  if (order.fault === 'lost_order') {
    const { sent, topic } = traceSending(trace, 'order.created', crm, createdAt, createdAt + 50)
    traceLoss(
      trace,
      'order.created',
      topic,
      createdAt + lasts,
      `Customer "${order.customer.name}" has no mapping; message dropped`,
    )
    const visibleAt = createdAt + sim.faults.grace('order_lines')
    acceptedAt = sim.faults.correction(random, plant.plant, visibleAt)
    const again = sim.trace(plant, orderToCash, order.order, 'order again')
    traceparent = sent
    arrived = traceHandoff(
      again,
      'order.created',
      { ...crm, doing: 'send order again' },
      erp,
      acceptedAt - 2_000,
      acceptedAt,
    ).arrived
    sim.faults.record({
      id: `lost-order-${order.order}`,
      kind: 'lost_message',
      plant: plant.plant,
      injectedAt: createdAt,
      findings: order.lines.map((line) => ({
        ...finding(order, line, 'missing_in_erp', visibleAt, acceptedAt),
        worth: line.pieces * line.price,
      })),
    })
  } else {
    const isRetried = random.chance(0.05)
    const ends = traceHandoff(trace, 'order.created', crm, erp, createdAt, acceptedAt, { isRetried })
    traceparent = ends.sent
    arrived = ends.arrived
  }
  sim.emit({ ...describeCreated(order), traceparent })
  sim.emit({
    at: acceptedAt,
    system: 'erp',
    plant: plant.plant,
    type: 'erp.order.accepted.v1',
    key: order.order,
    traceparent: arrived,
    facts: aboutOrder(order),
    states: { order_lines: order.lines.map((line) => erpState(order, line, 'open')) },
  })
  return acceptedAt
}

const aboutOrder = (order: SalesOrder) => ({
  order: order.order,
  customer: order.customer.name,
  lines: order.lines.length,
})

const describeCreated = (order: SalesOrder) => ({
  at: order.createdAt,
  system: 'crm',
  plant: order.plant.plant,
  type: 'crm.order.created.v1',
  key: order.order,
  facts: { ...aboutOrder(order), promised: iso(order.dueAt) },
  states: { order_lines: order.lines.map((line) => crmState(order, line, 'open')) },
})

/** The first line names an item that nobody keeps: the order is refused at the door, and written anew minutes later. */
function planMistyped(sim: Sim, order: SalesOrder, random: Random): void {
  const mistyped = describeCreated(order)
  const [first] = mistyped.states.order_lines
  if (first) first.item = `${first.item}`.replace('-', '')
  const id = sim.emit(mistyped)
  const againAt = order.createdAt + random.int(3, 9) * minute
  sim.faults.record({
    id: `mistyped-${order.order}`,
    kind: 'unknown_item',
    plant: order.plant.plant,
    injectedAt: order.createdAt,
    findings: [],
    quarantined: [id],
    until: againAt,
  })
  order.createdAt = againAt
  order.fault = undefined
}

function planCancellation(sim: Sim, order: SalesOrder, acceptedAt: number, random: Random): void {
  const { plant } = order
  const cancelledAt = acceptedAt + random.int(10, 180) * minute
  const knownAt = cancelledAt + delayOf(random, plant.sync, 200)
  const trace = sim.trace(plant, orderToCash, order.order, 'cancel')
  const { sent, arrived } = traceHandoff(
    trace,
    'order.cancelled',
    { ...crm, doing: 'cancel order' },
    { ...erp, doing: 'cancel sales order' },
    cancelledAt,
    knownAt,
  )
  const shared = { plant: plant.plant, key: order.order, facts: { order: order.order, reason: 'customer' } }
  sim.emit({
    ...shared,
    at: cancelledAt,
    system: 'crm',
    type: 'crm.order.cancelled.v1',
    traceparent: sent,
    states: { order_lines: order.lines.map((line) => crmState(order, line, 'cancelled')) },
  })
  sim.emit({
    ...shared,
    at: knownAt,
    system: 'erp',
    type: 'erp.order.cancelled.v1',
    traceparent: arrived,
    states: { order_lines: order.lines.map((line) => erpState(order, line, 'cancelled')) },
  })
}

/** One delivery per storage location; a clean order may ship a location in two parts. */
function splitDeliveries(order: SalesOrder, random: Random): { lines: DeliveryLine[]; isRest: boolean }[] {
  const homes = [...new Set(order.lines.map((line) => line.item.home))]
  return homes.flatMap((home) => {
    const lines = order.lines.filter((line) => line.item.home === home)
    const whole = lines.map((line) => ({ line, pieces: line.pieces }))
    const isPartial =
      order.fault === undefined && random.chance(0.12) && lines.every((line) => line.pieces > 1)
    if (!isPartial) return [{ lines: whole, isRest: false }]
    const first = lines.map((line) => ({ line, pieces: Math.ceil(line.pieces * 0.6) }))
    const rest = lines.map((line) => ({ line, pieces: line.pieces - Math.ceil(line.pieces * 0.6) }))
    return [
      { lines: first, isRest: false },
      { lines: rest.filter((line) => line.pieces > 0), isRest: true },
    ].filter((part) => part.lines.length > 0)
  })
}

/** What people do about an order the CRM and the ERP see differently. */
function planCorrection(
  sim: Sim,
  order: SalesOrder,
  acceptedAt: number,
  invoicedAt: number,
  random: Random,
): void {
  const { plant, fault } = order
  if (fault !== 'wrong_unit' && fault !== 'stale_price') return
  const visibleAt = acceptedAt + sim.faults.grace('order_lines')
  const correctedAt = Math.max(
    sim.faults.correction(random, plant.plant, visibleAt),
    invoicedAt + 20 * minute,
  )
  const shared = { at: correctedAt, plant: plant.plant, key: order.order }
  const wrong = order.lines.filter((line) => line.erpUnit !== line.unit || line.erpPrice !== line.price)
  sim.faults.record({
    id: `${fault}-${order.order}`,
    kind: fault,
    plant: plant.plant,
    injectedAt: acceptedAt,
    findings: wrong.flatMap((line) =>
      fault === 'wrong_unit'
        ? [
            {
              ...finding(order, line, 'ordered_quantity', visibleAt, correctedAt),
              // ordered in boxes of twelve, taken as pieces
              worth: line.quantity * 11 * line.price,
            },
          ]
        : [
            {
              ...finding(order, line, 'price', visibleAt, correctedAt),
              worth: line.pieces * (line.price - line.erpPrice),
            },
            billedWrong(order, line, line.billedAt + sim.faults.grace('price'), correctedAt),
          ],
    ),
  })
  if (fault === 'wrong_unit') {
    for (const line of wrong) line.unit = line.erpUnit
    sim.emit({
      ...shared,
      system: 'crm',
      type: 'crm.order.changed.v1',
      facts: { order: order.order, reason: 'unit agreed with the customer' },
      states: { order_lines: wrong.map((line) => crmState(order, line, 'open')) },
    })
    return
  }
  const rebilled = wrong.flatMap((line): StateRow[] => {
    const about = {
      order_no: order.order,
      order_line_no: erpLine(line.line),
      item: line.item.item,
      quantity: String(line.pieces),
      unit: line.item.unit,
      currency: plant.currency,
      posted_at: iso(correctedAt),
    }
    return [
      {
        kind: 'credit',
        invoice_no: String(sim.number('invoice')),
        line_no: erpLine(10),
        unit_price: money(line.erpPrice),
        ...about,
      },
      {
        kind: 'invoice',
        invoice_no: String(sim.number('invoice')),
        line_no: erpLine(10),
        unit_price: money(line.price),
        ...about,
      },
    ]
  })
  for (const line of wrong) line.erpPrice = line.price
  sim.emit({
    ...shared,
    system: 'erp',
    type: 'erp.order.repriced.v1',
    facts: { order: order.order, reason: 'price list was out of date' },
    states: { order_lines: wrong.map((line) => erpState(order, line, 'completed')), invoice_lines: rebilled },
  })
}

const billedWrong = (
  order: SalesOrder,
  line: SalesLine,
  visibleAt: number,
  correctedAt: number,
): Finding => ({
  ...finding(order, line, 'billed_price', visibleAt, correctedAt, 'price'),
  key: `billed/${order.order}/${line.line}`,
  worth: line.pieces * (line.price - line.erpPrice),
})
