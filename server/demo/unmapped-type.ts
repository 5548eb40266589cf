import { items } from './catalogue.ts'
import { minute } from './effects.ts'
import { codeFaults } from './faults.ts'
import { costAt, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { moveOf, positionKey, type Sim } from './sim.ts'
import { planPosting } from './stock-posting.ts'

/** What is kept by batch is inspected, see there; the others are only set aside here. */
const setAside = items.filter((item) => item.batch === '')
/** A type that somebody set up in the warehouse, and told nobody. */
const newCode = 'DMG'

/** Damaged goods are set aside under a code of the warehouse's own; it is seen, and the type that all know takes its place. */
export function planUnmappedType(sim: Sim, plant: Plant, at: number, random: Random): void {
  if (sim.faults.draw(random, codeFaults) !== 'unmapped_code') return
  const item = random.pick(setAside)
  const damaged = random.int(1, 4)
  const heldAt = Math.round(at)
  const grace = sim.faults.grace('stock_type')
  // no posting takes that long
  const mendedAt = sim.faults.correction(random, plant.plant, heldAt + grace + 5 * minute)
  const repairedAt = mendedAt + random.int(90, 600) * minute
  const doing = (key: string, what: string) => ({
    key,
    message: 'stock_status',
    wmsType: 'wms.stock_status.changed.v1',
    erpType: 'erp.stock_status.posted.v1',
    doing: what,
    inside: 'confirm bin',
  })
  const move = (document: string, quantity: number, stock?: string) => ({
    ...moveOf(document, item, quantity, 'status_change'),
    ...(stock === undefined ? {} : { stock }),
  })
  const held = `DM-${sim.number('damage')}`
  const away = (code: string) => [move(held, -damaged), move(held, damaged, code)]
  // one such code at a position at a time: two would be one case
  if (!sim.faults.claim(plant.plant, away(newCode), heldAt, repairedAt)) return
  const postedAt = planPosting(
    sim,
    plant,
    doing(held, 'set aside'),
    heldAt,
    away(newCode),
    away('blocked'),
    random,
  )
  sim.emit({
    at: mendedAt,
    system: plant.wms,
    plant: plant.plant,
    type: 'wms.stock_status.changed.v1',
    key: held,
    facts: { document: held, reason: `${newCode} is not a type of stock` },
    moves: [move(held, -damaged, newCode), move(held, damaged, 'blocked')],
  })
  const freed = `DM-${sim.number('damage')}`
  const back = [move(freed, -damaged, 'blocked'), move(freed, damaged)]
  planPosting(sim, plant, doing(freed, 'put back repaired'), repairedAt, back, back, random)
  sim.faults.record({
    id: `unmapped-${held}`,
    kind: 'unmapped_code',
    plant: plant.plant,
    injectedAt: heldAt,
    findings: [
      {
        check: 'stock_type',
        key: positionKey(item.home, item),
        class: 'type_unknown',
        visibleAt: postedAt + grace,
        correctedAt: mendedAt,
        worth: damaged * costAt(plant, item),
      },
    ],
  })
}
