import { bookCarrier } from './carrier.ts'
import { carriers, type Item } from './catalogue.ts'
import { recordFault } from './delivery-truth.ts'
import { hour, iso, type Move, minute, type StateRow } from './effects.ts'
import type { orderFaults } from './faults.ts'
import { planInvoice } from './invoices.ts'
import { planIssueTrace, planPosting } from './issue.ts'
import type { Plant } from './plants.ts'
import type { Random } from './random.ts'
import type { SalesLine, SalesOrder } from './sales-lines.ts'
import { delayOf, moveOf, orderToCash, type Sim, wmsUnit } from './sim.ts'
import { traceHandoff } from './traces.ts'
import type { Window } from './windows.ts'

export type DeliveryLine = { line: SalesLine; pieces: number }
type Fault = keyof typeof orderFaults | undefined

/** A delivery with every moment it passes. */
export type Delivery = {
  delivery: string
  order: SalesOrder
  lines: DeliveryLine[]
  releasedAt: number
  pickedAt: number
  shippedAt: number
  postedAt: number
  invoicedAt: number
  stuck: Window | undefined
  fault: Fault
  issues: Move[]
  /** traceparent of the ERP's posting */
  posting: string
}

/** Plans one delivery: release, pick, shipment, goods issue, notice, invoice, and what goes wrong with it. */
export function planDelivery(
  sim: Sim,
  order: SalesOrder,
  lines: DeliveryLine[],
  acceptedAt: number,
  random: Random,
  wanted: Fault,
  notBefore: number,
): Delivery {
  const { plant } = order
  const delivery = String(sim.number('delivery'))
  const releasedAt = acceptedAt + delayOf(random, plant.release, 200, 0.7)
  const pickedAt = Math.max(releasedAt, notBefore) + delayOf(random, 3_400, 4 * 3_600, 0.5)
  const shippedAt = pickedAt + delayOf(random, 1_100, 3_600, 0.45)
  const location = lines[0]?.line.item.home ?? ''
  const stuck = sim.windows.stuckAt(plant.plant, location, shippedAt)
  let postedAt = shippedAt + delayOf(random, plant.posting, 200, 0.6)
  if (stuck) postedAt = Math.max(postedAt, stuck.to + random.int(8_000, 110_000))
  const issues = lines.map(({ line, pieces }) =>
    moveOf(`${delivery}/${line.line}`, line.item, -pieces, 'goods_issue'),
  )
  const planned: Delivery = {
    delivery,
    order,
    lines,
    releasedAt,
    pickedAt,
    shippedAt,
    postedAt,
    invoicedAt: 0,
    stuck,
    fault: wanted,
    issues,
    posting: '',
  }
  const mendedAt = takeFault(sim, planned, random)
  if (planned.fault === 'lost_issue') planned.postedAt = mendedAt
  planned.invoicedAt = planned.postedAt + Math.max(50_000, delayOf(random, 210, 400, 0.35))
  if (planned.fault === 'shipped_not_billed') planned.invoicedAt = mendedAt

  planRelease(sim, planned, acceptedAt, random)
  planShipment(sim, planned, random)
  planPosting(sim, planned, mendedAt)
  planInvoice(sim, planned, mendedAt, random)
  recordFault(sim, planned, mendedAt)
  return planned
}

/** Decides whether the fault can be injected here, and when it is mended (0: nothing to mend). */
function takeFault(sim: Sim, planned: Delivery, random: Random): number {
  const { order, shippedAt, stuck } = planned
  const plant = order.plant.plant
  switch (planned.fault) {
    case 'short_issue':
    case 'lost_issue':
    case 'duplicate_issue': {
      if (planned.fault === 'short_issue' && (stuck || shortOf(planned) === 0)) break
      const mendedAt = sim.faults.correction(
        random,
        plant,
        shippedAt + sim.faults.grace('goods_issue_billing'),
      )
      if (sim.faults.claim(plant, planned.issues, shippedAt, mendedAt)) return mendedAt
      break
    }
    case 'shipped_not_billed':
    case 'duplicate_invoice':
      if (!stuck) return sim.faults.correction(random, plant, shippedAt + hour)
      break
    case 'cancelled_but_picked':
      // of one delivery only, which is billed soon: what people see of it is one thing
      if (!stuck && planned.lines.length === order.lines.length)
        return sim.faults.correction(random, plant, shippedAt + sim.faults.grace('lifecycle'))
      break
    default:
      return 0
  }
  planned.fault = undefined
  return 0
}

function planRelease(sim: Sim, planned: Delivery, acceptedAt: number, random: Random): void {
  const { order, delivery, releasedAt, pickedAt, lines } = planned
  const { plant } = order
  const trace = sim.trace(plant, orderToCash, order.order, `release ${delivery}`)
  const { arrived } = traceHandoff(
    trace,
    'delivery.released',
    { system: 'erp', doing: 'release delivery', inside: 'check availability' },
    { system: plant.wms, doing: 'create pick task', inside: 'allocate bins' },
    acceptedAt,
    releasedAt,
    { isRetried: random.chance(0.04) },
  )
  const shared = { system: plant.wms, plant: plant.plant, key: order.order }
  const about = { delivery, order: order.order, lines: lines.length }
  const release = { ...shared, type: 'wms.delivery.released.v1', traceparent: arrived, facts: about }
  if (planned.fault === 'clock_skew') {
    // the scanner's clock is a year ahead, so that it is in the future whenever the event is sent
    const id = sim.emit({ ...release, at: releasedAt, stamp: releasedAt + 365 * 24 * hour })
    const againAt = releasedAt + 9 * minute + (delivery.charCodeAt(7) % 8) * 3 * minute
    sim.emit({ ...release, at: againAt, stamp: releasedAt, facts: { ...about, repeats: id } })
    sim.faults.record({
      id: `clock-skew-${delivery}`,
      kind: 'clock_skew',
      plant: plant.plant,
      injectedAt: releasedAt,
      findings: [],
      quarantined: [id],
      until: againAt,
    })
  } else sim.emit({ ...release, at: releasedAt })
  const pick = sim.trace(plant, orderToCash, order.order, `pick ${delivery}`)
  const picked = pick.span(
    undefined,
    plant.wms,
    'INTERNAL',
    'pick delivery',
    pickedAt - lines.length * 95_000,
    pickedAt,
  )
  sim.emit({ ...shared, at: pickedAt, type: 'wms.pick.completed.v1', traceparent: picked, facts: about })
}

function planShipment(sim: Sim, planned: Delivery, random: Random): void {
  const { order, delivery, shippedAt, issues } = planned
  const { plant } = order
  const noticedAt = shippedAt + delayOf(random, 32, 240, 0.6)
  const { sent, noticed } = planIssueTrace(sim, planned, noticedAt)
  bookCarrier(sim, planned)
  sim.emit({
    at: shippedAt,
    system: plant.wms,
    plant: plant.plant,
    type: 'wms.shipment.posted.v1',
    key: order.order,
    traceparent: sent,
    schema: `https://schemas.nordhafen.example/shipment/${plant.shipments}`,
    facts: { delivery, order: order.order, carrier: writeCarrier(plant, delivery) },
    states: {
      shipment_lines: shipmentLines(planned, String, (item) => wmsUnit(plant, item)),
    },
    moves: issues,
  })
  sim.emit({
    at: noticedAt,
    system: 'crm',
    plant: plant.plant,
    type: 'crm.ship_notice.received.v1',
    key: order.order,
    traceparent: noticed,
    facts: { delivery, order: order.order },
  })
}

/** The lines of a delivery as a system writes them, with the day it left; of the first one, `less` is left out. */
export function shipmentLines(
  { order, delivery, shippedAt, lines }: Delivery,
  lineOf: (line: number) => string,
  unitOf: (item: Item) => string,
  less = 0,
): StateRow[] {
  return lines.map(({ line, pieces }, index) => ({
    direction: 'outbound',
    shipment_no: delivery,
    line_no: lineOf((index + 1) * 10),
    order_no: order.order,
    order_line_no: lineOf(line.line),
    item: line.item.item,
    quantity: String(index === 0 ? pieces - less : pieces),
    unit: unitOf(line.item),
    posted_at: iso(shippedAt),
  }))
}

/** How much of the first line the ERP leaves out where it posts a delivery in part; 0 where it is one piece. */
export const shortOf = ({ lines }: Delivery): number => {
  const pieces = lines[0]?.pieces ?? 0
  return pieces < 3 ? 0 : Math.max(1, Math.floor(pieces / 3))
}

/** Where carriers are entered by hand, some stand there by name and not by code. */
function writeCarrier(plant: Plant, delivery: string): string {
  const number = Number(delivery)
  const carrier = carriers[number % carriers.length] as (typeof carriers)[number]
  return plant.entersCarriers && number % 13 === 0 ? carrier.name : carrier.partner
}
