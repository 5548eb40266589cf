import { items } from './catalogue.ts'
import { hour } from './effects.ts'
import { datingFaults } from './faults.ts'
import { costAt, type Plant } from './plants.ts'
import type { Random } from './random.ts'
import { movementKey, moveOf, type Sim } from './sim.ts'
import { planPosting } from './stock-posting.ts'

/** Longer than any month, so that it ends in an earlier one from every day and in every zone. */
const monthAgo = 32 * 24 * hour

/** A sample is taken for the laboratory; the ERP posts it with the date of a month before, and again when that is seen. */
export function planBackDated(sim: Sim, plant: Plant, at: number, random: Random): void {
  if (sim.faults.draw(random, datingFaults) !== 'back_dated') return
  const key = `SMP-${sim.number('sample')}`
  const item = random.pick(items)
  const taken = random.int(1, 3)
  const takenAt = Math.round(at)
  const sample = moveOf(key, item, -taken, 'consumption')
  const early = { ...sample, countsAt: takenAt - monthAgo }
  const doing = {
    key,
    message: 'sample_taken',
    wmsType: 'wms.sample.taken.v1',
    erpType: 'erp.sample.posted.v1',
    doing: 'take sample',
    inside: 'confirm bin',
  }
  const postedAt = planPosting(sim, plant, doing, takenAt, [sample], [early], random)
  const visibleAt = postedAt + sim.faults.grace('movements')
  const mendedAt = sim.faults.correction(random, plant.plant, visibleAt)
  sim.emit({
    at: mendedAt,
    system: 'erp',
    plant: plant.plant,
    type: 'erp.sample.posted.v1',
    key,
    facts: { document: key, reason: 'posted into a month before' },
    // taken back in the month it stands in, and posted in the one it happened in
    moves: [{ ...early, quantity: taken }, sample],
  })
  sim.faults.record({
    id: `back-dated-${key}`,
    kind: 'back_dated',
    plant: plant.plant,
    injectedAt: postedAt,
    findings: [
      {
        check: 'movements',
        key: movementKey(key, item),
        class: 'movement_period',
        visibleAt,
        correctedAt: mendedAt,
        worth: taken * costAt(plant, item),
      },
    ],
  })
}
