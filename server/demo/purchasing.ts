import { type Item, type Partner, suppliers } from './catalogue.ts'
import { iso, minute, type StateRow } from './effects.ts'
import { type Finding, receiptFaults } from './faults.ts'
import { costAt, type Plant, priceIn } from './plants.ts'
import type { Random } from './random.ts'
import {
  delayOf,
  erpLine,
  movementKey,
  moveOf,
  positionKey,
  procureToStock,
  type Sim,
  wmsUnit,
} from './sim.ts'
import { planBill } from './supplier-bills.ts'
import { traceHandoff, traceLoss, traceReceiving, traceSending } from './traces.ts'

export type PurchaseLine = { line: number; item: Item; quantity: number; unit: string; pieces: number }
type Fault = keyof typeof receiptFaults | undefined
/** A part of a line, in base units. */
export type PurchasePart = { line: PurchaseLine; pieces: number }
export type Purchase = {
  order: string
  plant: Plant
  supplier: Partner
  lines: PurchaseLine[]
  dueAt: number
}

const erp = { system: 'erp', doing: 'post goods receipt', inside: 'check purchase order' }

/** Plans a purchase order: ordered, announced, received in one or two parts, posted; with at most one fault. */
export function planPurchase(
  sim: Sim,
  plant: Plant,
  wanted: { item: Item; pieces: number }[],
  createdAt: number,
  random: Random,
): void {
  const lines = wanted.map(({ item, pieces }, index): PurchaseLine => {
    const boxes = Math.max(1, Math.round(pieces / 12))
    const about = { line: (index + 1) * 10, item }
    return item.boxed
      ? { ...about, quantity: boxes, unit: 'BOX', pieces: boxes * 12 }
      : { ...about, quantity: pieces, unit: item.unit, pieces }
  })
  const firstAt = createdAt + random.int(3 * 60, 16 * 60) * minute
  const isCancelled = random.chance(0.02)
  let fault = isCancelled ? undefined : sim.faults.draw(random, receiptFaults)
  const isPartial = !fault && !isCancelled && random.chance(0.22)
  const secondAt = firstAt + random.int(50, 260) * minute
  const lastAt = isPartial ? secondAt : firstAt
  const order = `PO-${sim.number('purchase')}`
  const purchase: Purchase = {
    order,
    plant,
    supplier: random.pick(suppliers),
    lines,
    dueAt: lastAt + random.int(30, 120) * minute,
  }
  sim.concern(order, purchase.supplier.partner)
  planOrdering(sim, purchase, createdAt, isCancelled, random)
  if (isCancelled) return
  for (const { item, pieces } of lines) sim.planned.add(plant.plant, item.item, pieces)
  if (fault === 'wrong_unit' && !lines.some((line) => line.unit === 'BOX')) fault = undefined
  const share = (line: PurchaseLine, isRest: boolean) => {
    const first = isPartial ? Math.ceil(line.pieces / 2) : line.pieces
    return { line, pieces: isRest ? line.pieces - first : first }
  }
  const parts = lines.map((line) => share(line, false))
  const misreadUntil = planReceipt(sim, purchase, parts, firstAt, fault, random)
  const mayOvercharge = !fault && !isPartial
  planBill(sim, purchase, parts, { receivedAt: firstAt, misreadUntil, mayOvercharge }, random)
  const rest = lines.map((line) => share(line, true)).filter(({ pieces }) => pieces > 0)
  if (!isPartial || rest.length === 0) return
  planReceipt(sim, purchase, rest, secondAt, undefined, random)
  planBill(
    sim,
    purchase,
    rest,
    { receivedAt: secondAt, misreadUntil: undefined, mayOvercharge: false },
    random,
  )
}

function planOrdering(
  sim: Sim,
  purchase: Purchase,
  createdAt: number,
  isCancelled: boolean,
  random: Random,
): void {
  const { order, plant, supplier, lines, dueAt } = purchase
  const states = (status: string) => ({
    order_lines: lines.map(
      (line): StateRow => ({
        order_type: 'purchase',
        order_no: order,
        line_no: erpLine(line.line),
        item: line.item.item,
        quantity: String(line.quantity),
        unit: line.unit,
        unit_price: priceIn(line.unit, costAt(plant, line.item)),
        currency: plant.currency,
        status,
        partner: supplier.partner,
        due_at: iso(dueAt),
      }),
    ),
  })
  const announcedAt = createdAt + delayOf(random, plant.release, 240, 0.7)
  const trace = sim.trace(plant, procureToStock, order, 'order')
  const { sent, arrived } = traceHandoff(
    trace,
    'purchase_order.created',
    { system: 'erp', doing: 'create purchase order', inside: 'choose supplier' },
    { system: plant.wms, doing: 'announce receipt', inside: 'reserve dock' },
    createdAt,
    announcedAt,
  )
  const shared = {
    plant: plant.plant,
    key: order,
    facts: { order, supplier: supplier.name, lines: lines.length },
  }
  const created = { ...shared, system: 'erp', traceparent: sent }
  sim.emit({ ...created, at: createdAt, type: 'erp.purchase_order.created.v1', states: states('open') })
  sim.emit({
    ...shared,
    at: announcedAt,
    system: plant.wms,
    type: 'wms.receipt.announced.v1',
    traceparent: arrived,
  })
  if (!isCancelled) return
  const at = announcedAt + random.int(20, 150) * minute
  sim.emit({ ...created, at, type: 'erp.purchase_order.cancelled.v1', states: states('cancelled') })
}

/** Plans one receipt; returns until when its boxes are booked as pieces, where they are. */
function planReceipt(
  sim: Sim,
  purchase: Purchase,
  parts: PurchasePart[],
  receivedAt: number,
  wanted: Fault,
  random: Random,
): number | undefined {
  const { order, plant, dueAt } = purchase
  const receipt = String(sim.number('receipt'))
  const system = plant.wms
  const moves = parts.map(({ line, pieces }) =>
    moveOf(`${receipt}/${line.line}`, line.item, pieces, 'goods_receipt'),
  )
  const stockGrace = sim.faults.grace('inventory_on_hand')
  const visibleAt = receivedAt + stockGrace
  let mendedAt = wanted ? sim.faults.correction(random, plant.plant, visibleAt) : 0
  let fault = wanted
  // a box read as a piece is noticed once the order is due
  if (fault === 'wrong_unit') mendedAt = sim.faults.correction(random, plant.plant, Math.max(mendedAt, dueAt))
  if (fault && !sim.faults.claim(plant.plant, moves, receivedAt, mendedAt)) fault = undefined
  const postedAt = fault === 'lost_receipt' ? mendedAt : receivedAt + delayOf(random, plant.posting, 200, 0.6)
  const misread = ({ line, pieces }: PurchasePart) =>
    fault === 'wrong_unit' && line.unit === 'BOX' ? pieces / 12 : pieces
  const shipmentLines = (counted: (part: PurchasePart) => number) =>
    parts.map(
      (part, index): StateRow => ({
        direction: 'inbound',
        shipment_no: receipt,
        line_no: String((index + 1) * 10),
        order_no: order,
        order_line_no: String(part.line.line),
        item: part.line.item.item,
        batch: part.line.item.batch,
        quantity: String(counted(part)),
        unit: wmsUnit(plant, part.line.item),
        posted_at: iso(receivedAt),
      }),
    )
  const { sent, posted } = traceReceipt(
    sim,
    purchase,
    receipt,
    receivedAt,
    postedAt,
    fault === 'lost_receipt',
  )
  const shared = { plant: plant.plant, key: order, facts: { receipt, order } }
  sim.emit({
    ...shared,
    at: receivedAt,
    system,
    type: 'wms.receipt.posted.v1',
    traceparent: sent,
    states: { shipment_lines: shipmentLines(misread) },
    moves: moves.map((move, index) => ({
      ...move,
      quantity: misread(parts[index] as (typeof parts)[number]),
    })),
  })
  const posting = { ...shared, system: 'erp', type: 'erp.goods_receipt.posted.v1', moves }
  sim.emit({ ...posting, at: postedAt, traceparent: posted })
  if (!fault) return undefined

  const wrong = parts.filter((part) => fault !== 'wrong_unit' || part.line.unit === 'BOX')
  const findings: Finding[] = wrong.map((part) => ({
    check: 'inventory_on_hand',
    key: positionKey(part.line.item.home, part.line.item),
    class: 'quantity',
    visibleAt,
    correctedAt: mendedAt,
    worth:
      (fault === 'wrong_unit' ? part.pieces - misread(part) : part.pieces) * costAt(plant, part.line.item),
  }))
  const movementKeys = wrong.map(({ line }) => movementKey(`${receipt}/${line.line}`, line.item))
  const find = (name: string, from: number) => {
    const visibleAt = from + sim.faults.grace('movements')
    for (const key of movementKeys)
      findings.push({ check: 'movements', key, class: name, visibleAt, correctedAt: mendedAt })
  }
  if (fault === 'lost_receipt') find('movement_not_in_erp', receivedAt)
  if (fault === 'wrong_unit') find('movement_quantity', postedAt)
  let injectedAt = receivedAt
  if (fault === 'duplicate_receipt') {
    injectedAt = postedAt + 25_000 + (Number(receipt) % 60) * 1_000
    const latest = Math.max(visibleAt, injectedAt)
    for (const found of findings) found.visibleAt = latest
    find('movement_duplicate', injectedAt)
    sim.emit({ ...posting, at: injectedAt })
    sim.emit({
      ...posting,
      at: mendedAt,
      type: 'erp.goods_receipt.reversed.v1',
      moves: moves.map((move) => ({ ...move, quantity: -move.quantity, kind: 'reversal' })),
    })
  }
  if (fault === 'wrong_unit') {
    const dueVisibleAt = dueAt + sim.faults.grace('ordered_received')
    for (const { line } of wrong)
      findings.push({
        check: 'ordered_received',
        key: `${order}/${line.line}`,
        class: 'short',
        visibleAt: dueVisibleAt,
        correctedAt: mendedAt,
      })
    sim.emit({
      ...shared,
      at: mendedAt,
      system,
      type: 'wms.receipt.corrected.v1',
      facts: { receipt, order, reason: 'boxes were booked as pieces' },
      states: { shipment_lines: shipmentLines(({ pieces }) => pieces) },
      moves: moves
        .map((move, index) => ({
          ...move,
          quantity: move.quantity - misread(parts[index] as (typeof parts)[number]),
          kind: 'correction',
        }))
        .filter((move) => move.quantity !== 0),
    })
  }
  const kinds = {
    lost_receipt: 'lost_message',
    duplicate_receipt: 'duplicate_posting',
    wrong_unit: 'wrong_unit',
  } as const
  sim.faults.record({
    id: `${fault}-${receipt}`,
    kind: kinds[fault],
    plant: plant.plant,
    injectedAt,
    findings,
  })
  return fault === 'wrong_unit' ? mendedAt : undefined
}

function traceReceipt(
  sim: Sim,
  purchase: Purchase,
  receipt: string,
  receivedAt: number,
  postedAt: number,
  isLost: boolean,
): { sent: string; posted: string } {
  const { plant, order } = purchase
  const trace = sim.trace(plant, procureToStock, order, `receipt ${receipt}`)
  const from = { system: plant.wms, doing: 'post receipt', inside: 'put away' }
  if (!isLost) {
    const { sent, arrived } = traceHandoff(trace, 'goods_receipt', from, erp, receivedAt, postedAt)
    return { sent, posted: arrived }
  }
  const { sent, topic } = traceSending(trace, 'goods_receipt', from, receivedAt, receivedAt + 42)
  traceLoss(
    trace,
    'goods_receipt',
    topic,
    receivedAt + 700,
    `Purchase order ${order} has no mapping; message dropped`,
  )
  const mend = sim.trace(plant, procureToStock, order, `receipt again ${receipt}`)
  const posted = traceReceiving(
    mend,
    { ...erp, doing: 'post goods receipt by hand' },
    undefined,
    postedAt - 1_200,
    postedAt,
  )
  return { sent, posted }
}
