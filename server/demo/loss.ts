import { items } from './catalogue.ts'
import { lossFaults } from './faults.ts'
import { costAt, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { moveOf, positionKey, type Sim } from './sim.ts'
import { countDifference, planPosting } from './stock-posting.ts'

/**
 * Goods are gone: the warehouse counts less and writes no document of it. Booked as a count difference once somebody
 * has looked for them. Too few for purchasing to see.
 */
export function planLoss(sim: Sim, plant: Plant, at: number, random: Random): void {
  if (sim.faults.draw(random, lossFaults) !== 'physical_loss') return
  const key = `CNT-${sim.number('loss')}`
  const item = random.pick(items)
  const gone = random.pick([1, 2, 3, 5, 7])
  const countedAt = Math.round(at)
  // no movement says that it is under way, so that there is no grace
  const mendedAt = sim.faults.correction(random, plant.plant, countedAt)
  const less = moveOf(key, item, -gone, 'count')
  if (!sim.faults.claim(plant.plant, [less], countedAt, mendedAt)) return
  sim.emit({
    at: countedAt,
    system: plant.wms,
    plant: plant.plant,
    type: 'wms.stock.checked.v1',
    key,
    facts: { location: item.home, item: item.item, reason: 'fewer on the shelf' },
    moves: [{ ...less, only: 'position' }],
  })
  planPosting(sim, plant, countDifference(key), mendedAt, [{ ...less, only: 'document' }], [less], random)
  sim.faults.record({
    id: `loss-${key}`,
    kind: 'physical_loss',
    plant: plant.plant,
    injectedAt: countedAt,
    findings: [
      {
        check: 'inventory_on_hand',
        key: positionKey(item.home, item),
        class: 'quantity',
        visibleAt: countedAt,
        correctedAt: mendedAt,
        worth: gone * costAt(plant, item),
      },
    ],
  })
}
