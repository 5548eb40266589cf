import { type Delivery, shortOf } from './delivery.ts'
import type { Finding } from './faults.ts'
import { cancelledAtOf, duplicateAt } from './issue.ts'
import { costAt } from './plants.ts'
import { finding } from './sales-lines.ts'
import { movementKey, positionKey, type Sim } from './sim.ts'

/** Writes down what the checks must find of this delivery. */
export function recordFault(sim: Sim, planned: Delivery, mendedAt: number): void {
  const { order, delivery, lines, shippedAt, postedAt, invoicedAt, stuck, fault } = planned
  const plant = order.plant.plant
  const stockGrace = sim.faults.grace('inventory_on_hand')
  const billingGrace = sim.faults.grace('goods_issue_billing')
  const stock = (visibleAt: number, correctedAt: number, less?: number): Finding[] =>
    lines.map(({ line, pieces }) => ({
      check: 'inventory_on_hand',
      key: positionKey(line.item.home, line.item),
      class: 'quantity',
      visibleAt,
      correctedAt,
      // several deliveries may be stuck that took from one position
      worth: stuck ? undefined : (less ?? pieces) * costAt(order.plant, line.item),
    }))
  const billing = (name: string, visibleAt: number, correctedAt: number): Finding[] =>
    lines.map(({ line, pieces }) => ({
      ...finding(order, line, name, visibleAt, correctedAt, 'goods_issue_billing'),
      worth: pieces * line.erpPrice,
    }))
  const movements = (name: string, visibleAt: number, correctedAt: number): Finding[] =>
    lines.map(({ line }) => ({
      check: 'movements',
      key: movementKey(`${delivery}/${line.line}`, line.item),
      class: name,
      visibleAt,
      correctedAt,
    }))
  const lifecycle = (name: string, visibleAt: number, correctedAt: number): Finding[] =>
    lines.map(({ line }) => ({
      ...finding(order, line, name, visibleAt, correctedAt, 'lifecycle'),
      worth: line.pieces * line.erpPrice,
    }))
  const issues = (name: string, visibleAt: number, correctedAt: number): Finding[] =>
    lines.map((_, index) => ({
      check: 'shipment_goods_issue',
      key: `${delivery}/${(index + 1) * 10}`,
      class: name,
      visibleAt,
      correctedAt,
    }))
  const unbilled = [
    ...billing('not_billed', shippedAt + billingGrace, invoicedAt),
    // what is not billed is not done; a line of which a part is still to come is open rightly
    ...lifecycle('shipped_but_open', shippedAt + sim.faults.grace('lifecycle'), invoicedAt).filter(
      (_, index) => Number(lines[index]?.line.billed) >= Number(lines[index]?.line.pieces),
    ),
  ]
  const unposted = [
    ...stock(shippedAt + stockGrace, postedAt),
    ...movements('movement_not_in_erp', shippedAt + sim.faults.grace('movements'), postedAt),
    ...issues('goods_issue_missing', shippedAt + sim.faults.grace('shipment_goods_issue'), postedAt),
    ...unbilled,
  ]
  if (stuck)
    sim.faults.record({
      id: `${stuck.id}-${delivery}`,
      kind: 'stuck_interface',
      plant,
      injectedAt: shippedAt,
      findings: unposted,
    })
  if (fault === 'lost_issue')
    sim.faults.record({
      id: `lost-issue-${delivery}`,
      kind: 'lost_message',
      plant,
      injectedAt: shippedAt,
      findings: unposted,
    })
  if (fault === 'duplicate_issue') {
    const visibleAt = Math.max(shippedAt + stockGrace, duplicateAt(planned))
    sim.faults.record({
      id: `duplicate-issue-${delivery}`,
      kind: 'duplicate_posting',
      plant,
      injectedAt: duplicateAt(planned),
      findings: [
        ...stock(visibleAt, mendedAt),
        ...movements('movement_duplicate', duplicateAt(planned) + sim.faults.grace('movements'), mendedAt),
      ],
    })
  }
  if (fault === 'short_issue')
    sim.faults.record({
      id: `short-issue-${delivery}`,
      kind: 'partial_posting',
      plant,
      injectedAt: postedAt,
      // one line is short
      findings: [
        stock(shippedAt + stockGrace, mendedAt, shortOf(planned)),
        movements('movement_quantity', postedAt + sim.faults.grace('movements'), mendedAt),
        issues('goods_issue_quantity', postedAt + sim.faults.grace('shipment_goods_issue'), mendedAt),
      ].flatMap((found) => found.slice(0, 1)),
    })
  if (fault === 'shipped_not_billed')
    sim.faults.record({
      id: `not-billed-${delivery}`,
      kind: 'shipped_not_billed',
      plant,
      injectedAt: shippedAt,
      findings: unbilled,
    })
  if (fault === 'cancelled_but_picked') {
    const at = cancelledAtOf(planned)
    const findings = [
      ...order.lines.map((line) => ({
        ...finding(order, line, 'status', at + sim.faults.grace('order_lines'), mendedAt),
        worth: line.pieces * line.price,
      })),
      // billed minutes after it was shipped: the line changes until then
      ...lifecycle('cancelled_but_picked', invoicedAt + sim.faults.grace('lifecycle'), mendedAt),
    ]
    sim.faults.record({
      id: `cancelled-${order.order}`,
      kind: 'cancelled_but_picked',
      plant,
      injectedAt: at,
      findings,
    })
  }
}
