import { type Item, items } from './catalogue.ts'
import { minute } from './effects.ts'
import { inspectionFaults } from './faults.ts'
import { costAt, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { moveOf, positionKey, type Sim } from './sim.ts'
import { planPosting } from './stock-posting.ts'

/** What is kept by batch is inspected now and then. */
const inspected = items.filter((item) => item.batch !== '')
const perHour = 0.05

/** Takes a part of a batch into quality inspection, and releases it some hours later: now and then in the WMS only. */
export function planInspection(
  sim: Sim,
  plant: Plant,
  targets: Map<string, number>,
  at: number,
  random: Random,
): void {
  if (!random.chance(perHour * Math.min(plant.busy(at), 2))) return
  const item = random.pick(inspected)
  const releasedAt = Math.round(at) + random.int(2 * 60, 9 * 60) * minute
  const visibleAt = releasedAt + sim.faults.grace('stock_type')
  const isLost = sim.faults.draw(random, inspectionFaults) === 'lost_release'
  const mendedAt = isLost ? sim.faults.correction(random, plant.plant, visibleAt) : undefined
  // one inspection of a batch at a time
  const key = `${plant.plant} ${item.item}`
  if ((sim.inspectedUntil.get(key) ?? 0) > at) return
  sim.inspectedUntil.set(key, (mendedAt ?? releasedAt) + 10 * minute)

  const quantity = Math.max(2, Math.floor((targets.get(item.item) as number) * 0.2))
  const doing = (document: string, what: string) => ({
    key: document,
    message: 'stock_status',
    wmsType: 'wms.stock_status.changed.v1',
    erpType: 'erp.stock_status.posted.v1',
    doing: what,
    inside: 'confirm batch',
  })
  const held = `QI-${sim.number('inspection')}`
  const taken = change(held, item, -quantity)
  planPosting(sim, plant, doing(held, 'take into inspection'), at, taken, taken, random)
  const freed = `QI-${sim.number('inspection')}`
  const given = change(freed, item, quantity)
  planPosting(sim, plant, doing(freed, 'release batch'), releasedAt, given, given, random, mendedAt)
  if (mendedAt === undefined) return
  sim.faults.record({
    id: `lost-release-${freed}`,
    kind: 'lost_release',
    plant: plant.plant,
    injectedAt: releasedAt,
    findings: [
      {
        check: 'stock_type',
        key: positionKey(item.home, item),
        class: 'shown_usable',
        visibleAt,
        correctedAt: mendedAt,
        worth: quantity * costAt(plant, item),
      },
    ],
  })
}

/** From one type of stock to the other; `quantity` is what becomes usable. */
const change = (document: string, item: Item, quantity: number) => [
  { ...moveOf(document, item, -quantity, 'status_change'), stock: 'quality' },
  moveOf(document, item, quantity, 'status_change'),
]
