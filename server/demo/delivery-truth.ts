import type { Delivery } from './delivery.ts'
import type { Finding } from './faults.ts'
import { cancelledAtOf, duplicateAt } from './issue.ts'
import { finding } from './sales-lines.ts'
import { positionKey, type Sim } from './sim.ts'

/** Writes down what the checks must find of this delivery. */
export function recordFault(sim: Sim, planned: Delivery, mendedAt: number): void {
  const { order, delivery, lines, shippedAt, postedAt, invoicedAt, stuck, fault } = planned
  const plant = order.plant.plant
  const stockGrace = sim.faults.grace('inventory_on_hand')
  const billingGrace = sim.faults.grace('goods_issue_billing')
  const stock = (visibleAt: number, correctedAt: number): Finding[] =>
    lines.map(({ line }) => ({
      check: 'inventory_on_hand',
      key: positionKey(line.item.home, line.item),
      class: 'quantity',
      visibleAt,
      correctedAt,
    }))
  const billing = (name: string, visibleAt: number, correctedAt: number): Finding[] =>
    lines.map(({ line }) => finding(order, line, name, visibleAt, correctedAt, 'goods_issue_billing'))
  const unposted = [
    ...stock(shippedAt + stockGrace, postedAt),
    ...billing('not_billed', shippedAt + billingGrace, invoicedAt),
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
      findings: stock(visibleAt, mendedAt),
    })
  }
  if (fault === 'shipped_not_billed')
    sim.faults.record({
      id: `not-billed-${delivery}`,
      kind: 'shipped_not_billed',
      plant,
      injectedAt: shippedAt,
      findings: billing('not_billed', shippedAt + billingGrace, invoicedAt),
    })
  if (fault === 'cancelled_but_picked') {
    const at = cancelledAtOf(planned)
    const findings = order.lines.map((line) =>
      finding(order, line, 'status', at + sim.faults.grace('order_lines'), mendedAt),
    )
    sim.faults.record({
      id: `cancelled-${order.order}`,
      kind: 'cancelled_but_picked',
      plant,
      injectedAt: at,
      findings,
    })
  }
}
