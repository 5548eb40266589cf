import { items } from './catalogue.ts'
import { iso, minute, type States } from './effects.ts'
import { transferFaults } from './faults.ts'
import { costAt, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { erpLine, moveOf, type Sim, wmsUnit } from './sim.ts'
import { planPosting } from './stock-posting.ts'

const perHour = 0.04

/** Sends goods to another plant, where they are booked in hours later: now and then long after they came. */
export function planPlantTransfer(
  sim: Sim,
  plant: Plant,
  targets: Map<string, number>,
  at: number,
  random: Random,
): void {
  if (!random.chance(perHour * Math.min(plant.busy(at), 2))) return
  const others = sim.plants.filter((other) => other !== plant)
  if (others.length === 0) return
  const to = random.pick(others)
  const item = random.pick(items)
  const quantity = Math.max(1, Math.floor((targets.get(item.item) as number) * 0.04))
  const order = `STO-${sim.number('plant_transfer')}`
  sim.planned.add(plant.plant, item.item, -quantity)
  sim.planned.add(to.plant, item.item, quantity)
  const line = (direction: string, system: 'erp' | 'wms', postedAt: number): States => ({
    shipment_lines: [
      {
        direction,
        ...(direction === 'transfer_out' ? { to_plant: to.plant } : {}),
        shipment_no: order,
        line_no: system === 'erp' ? erpLine(10) : '10',
        order_no: order,
        order_line_no: system === 'erp' ? erpLine(10) : '10',
        item: item.item,
        batch: item.batch,
        quantity: String(quantity),
        unit: system === 'erp' ? item.unit : wmsUnit(to, item),
        posted_at: iso(postedAt),
      },
    ],
  })
  const issue = {
    key: order,
    message: 'plant_transfer',
    wmsType: 'wms.transfer.issued.v1',
    erpType: 'erp.transfer.issued.v1',
    doing: 'load for another plant',
    inside: 'close handling units',
    erpStates: (postedAt: number) => line('transfer_out', 'erp', postedAt),
  }
  const out = [moveOf(`${order}/10`, item, -quantity, 'transfer_issue')]
  const issuedAt = planPosting(sim, plant, issue, at, out, out, random)
  const visibleAt = issuedAt + sim.faults.grace('in_transit')
  const isLost = sim.faults.draw(random, transferFaults) === 'lost_transfer'
  const bookedAt = isLost
    ? sim.faults.correction(random, to.plant, visibleAt)
    : issuedAt + random.int(3 * 60, 9 * 60) * minute
  const receipt = {
    key: order,
    message: 'plant_receipt',
    wmsType: 'wms.transfer.received.v1',
    erpType: 'erp.transfer.received.v1',
    doing: 'receive from another plant',
    inside: 'put away',
    wmsStates: (receivedAt: number) => line('transfer_in', 'wms', receivedAt),
  }
  const into = [moveOf(`${order}/10`, item, quantity, 'transfer_receipt')]
  planPosting(sim, to, receipt, bookedAt, into, into, random)
  if (!isLost) return
  sim.faults.record({
    id: `lost-transfer-${order}`,
    kind: 'lost_transfer',
    plant: to.plant,
    injectedAt: issuedAt,
    findings: [
      {
        check: 'in_transit',
        key: `${order}/10`,
        class: 'transfer_short',
        visibleAt,
        correctedAt: bookedAt,
        // where it should arrive it is worth what it costs there
        worth: quantity * costAt(to, item),
      },
    ],
  })
}
