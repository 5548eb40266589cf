import { type Item, itemOf, items, sold } from './catalogue.ts'
import { hour, minute } from './effects.ts'
import { countFaults } from './faults.ts'
import { planPlantTransfer } from './plant-transfers.ts'
import { costAt, type Plant } from './plants.ts'
import { planPurchase } from './purchasing.ts'
import { planInspection } from './quality.ts'
import type { Random } from './random.ts'
import { movementKey, moveOf, positionKey, type Sim } from './sim.ts'
import { countDifference, planPosting } from './stock-posting.ts'

/** What a plant keeps of each item, in base units: about four days of what it needs. */
export function stockTargets(plant: Plant, ordersPerDay: number): Map<string, number> {
  const linesPerDay = (ordersPerDay * plant.share * 2.25) / sold.length
  const daily = new Map<string, number>()
  const add = (item: string, quantity: number) => daily.set(item, (daily.get(item) ?? 0) + quantity)
  for (const item of sold) {
    add(item.item, linesPerDay * item.lot * 1.15)
    for (const part of item.uses) add(part.item, linesPerDay * item.lot * 1.15 * part.quantity)
  }
  return new Map(items.map((item) => [item.item, Math.ceil((daily.get(item.item) ?? 8) * 4) + 6 * item.lot]))
}

/** Makes and buys what runs low, and moves and counts stock. Once an hour per plant. */
export function planStockroom(
  sim: Sim,
  plant: Plant,
  targets: Map<string, number>,
  from: number,
  rate: number,
  random: Random,
): void {
  const busy = plant.busy(from)
  const toBuy: { item: Item; pieces: number }[] = []
  for (const item of items) {
    const target = targets.get(item.item) as number
    if (sim.planned.get(plant.plant, item.item) > target * 0.72) continue
    const lot = Math.max(1, Math.ceil(target * 0.3))
    if (item.kind === 'made') planProduction(sim, plant, item, lot, from, random)
    else toBuy.push({ item, pieces: lot })
  }
  while (toBuy.length > 0)
    planPurchase(sim, plant, toBuy.splice(0, random.int(1, 3)), from + random.int(0, 59) * minute, random)
  for (let count = random.poisson(0.35 * busy * Math.min(rate, 8)); count > 0; count--)
    planCount(sim, plant, from + random.next() * hour, random)
  for (let count = random.poisson(0.25 * busy); count > 0; count--)
    planTransfer(sim, plant, targets, from + random.next() * hour, random)
  planInspection(sim, plant, targets, from + random.next() * hour, random)
  planPlantTransfer(sim, plant, targets, from + random.next() * hour, random)
}

function planProduction(
  sim: Sim,
  plant: Plant,
  item: Item,
  quantity: number,
  from: number,
  random: Random,
): void {
  const key = `PRD-${sim.number('production')}`
  const at = from + random.int(2 * 60, 9 * 60) * minute
  const parts = item.uses.map(({ item: part, quantity: each }) => ({
    part: itemOf.get(part) as Item,
    used: each * quantity,
  }))
  const moves = [
    moveOf(key, item, quantity, 'production'),
    ...parts.map(({ part, used }) => moveOf(key, part, -used, 'consumption')),
  ]
  sim.planned.add(plant.plant, item.item, quantity)
  for (const { part, used } of parts) sim.planned.add(plant.plant, part.item, -used)
  const doing = {
    key,
    message: 'production_receipt',
    wmsType: 'wms.production.received.v1',
    erpType: 'erp.production.posted.v1',
    doing: 'receive from production',
    inside: 'put away',
  }
  planPosting(sim, plant, doing, at, moves, moves, random)
}

function planCount(sim: Sim, plant: Plant, at: number, random: Random): void {
  const key = `CNT-${sim.number('count')}`
  const item = random.pick(items)
  const difference = random.pick([-3, -2, -1, -1, 1, 1, 2, 4])
  const countedAt = Math.round(at)
  const moves = [moveOf(key, item, difference, 'count')]
  sim.planned.add(plant.plant, item.item, difference)
  const visibleAt = countedAt + sim.faults.grace('inventory_on_hand')
  let isWrong = sim.faults.draw(random, countFaults) === 'wrong_sign'
  const mendedAt = isWrong ? sim.faults.correction(random, plant.plant, visibleAt) : 0
  isWrong = isWrong && sim.faults.claim(plant.plant, moves, countedAt, mendedAt)
  const postedAt = planPosting(
    sim,
    plant,
    countDifference(key),
    countedAt,
    moves,
    isWrong ? [moveOf(key, item, -difference, 'count')] : moves,
    random,
  )
  if (!isWrong) return
  sim.emit({
    at: mendedAt,
    system: 'erp',
    plant: plant.plant,
    type: 'erp.stock.adjusted.v1',
    key,
    facts: { document: key, reason: 'posted with the wrong sign' },
    moves: [moveOf(key, item, 2 * difference, 'correction')],
  })
  const findings = [
    {
      check: 'inventory_on_hand',
      key: positionKey(item.home, item),
      class: 'quantity',
      visibleAt,
      worth: 2 * Math.abs(difference) * costAt(plant, item),
    },
    {
      check: 'movements',
      key: movementKey(key, item),
      class: 'movement_sign',
      visibleAt: postedAt + sim.faults.grace('movements'),
    },
  ]
  sim.faults.record({
    id: `wrong-sign-${key}`,
    kind: 'wrong_sign',
    plant: plant.plant,
    injectedAt: countedAt,
    findings: findings.map((found) => ({ ...found, correctedAt: mendedAt })),
  })
}

/** To the overflow location, and all of it back some hours later. */
function planTransfer(
  sim: Sim,
  plant: Plant,
  targets: Map<string, number>,
  at: number,
  random: Random,
): void {
  const item = random.pick(items)
  const quantity = Math.max(1, Math.floor((targets.get(item.item) as number) * 0.05))
  const move = (key: string, from: string, to: string) => [
    moveOf(key, item, -quantity, 'transfer', from),
    moveOf(key, item, quantity, 'transfer', to),
  ]
  const doing = (key: string) => ({
    key,
    message: 'stock_transfer',
    wmsType: 'wms.stock.transferred.v1',
    erpType: 'erp.transfer.posted.v1',
    doing: 'move pallet',
    inside: 'confirm bin',
  })
  const out = `TR-${sim.number('transfer')}`
  const back = `TR-${sim.number('transfer')}`
  const there = move(out, item.home, item.overflow)
  const home = move(back, item.overflow, item.home)
  planPosting(sim, plant, doing(out), at, there, there, random)
  planPosting(sim, plant, doing(back), at + random.int(5 * 60, 30 * 60) * minute, home, home, random)
}
