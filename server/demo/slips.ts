import { planBackDated } from './back-dated.ts'
import { hour } from './effects.ts'
import { planLoss } from './loss.ts'
import type { Plant } from './plants.ts'
import { createRandom, type Random } from './random.ts'
import type { Sim } from './sim.ts'
import { planUnmappedType } from './unmapped-type.ts'

/** What goes wrong by itself and not with something a plant does anyway, by the name of its stream. */
const slips: Record<string, (sim: Sim, plant: Plant, at: number, random: Random) => void> = {
  loss: planLoss,
  back_dated: planBackDated,
  unmapped_code: planUnmappedType,
}

/** Plans an hour of it in one plant. Each kind has a stream of its own, so that one more changes none of the others. */
export function planSlips(sim: Sim, plant: Plant, seed: number, slice: number, from: number): void {
  for (const [name, planSlip] of Object.entries(slips)) {
    const random = createRandom(seed, name, plant.plant, slice)
    planSlip(sim, plant, from + random.next() * hour, random)
  }
}
