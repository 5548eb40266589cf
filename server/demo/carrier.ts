import type { Delivery } from './delivery.ts'
import { minute } from './effects.ts'
import { hash } from './random.ts'
import { orderToCash, type Sim } from './sim.ts'

const carrier = 'carrier'
const doing = 'POST /v2/shipments'

/**
 * Books the parcel at the carrier, whose API is not ours: usually quick, slow now and then, and it refuses who asks too
 * often. A refused call is tried again. Chance of its own decides, so that the world is the same with and without it.
 */
export function bookCarrier(sim: Sim, { order, delivery, shippedAt }: Delivery): void {
  const { plant } = order
  const chance = hash(carrier, plant.plant, delivery)
  const trace = sim.trace(plant, orderToCash, order.order, `book ${delivery}`)
  const bookedAt = shippedAt - 2 * minute
  const isThrottled = chance % 23 === 0
  const isAway = chance % 97 === 1
  const lasts = chance % 31 === 2 ? 1_900 + (chance % 2_400) : 160 + (chance % 730)
  const triedAt = isThrottled || isAway ? bookedAt - 5_000 : bookedAt
  const job = trace.span(undefined, plant.wms, 'INTERNAL', 'book carrier', triedAt - 8, bookedAt + lasts + 6)
  const call = (from: number, to: number, http: number, message?: string) =>
    trace.span(job, plant.wms, 'CLIENT', doing, from, to, {
      peer: carrier,
      http,
      ...(message && { error: { type: String(http), message } }),
    })
  if (isThrottled)
    call(triedAt, triedAt + 40 + (chance % 60), 429, 'Too many requests; tried again after 5 s')
  if (isAway) call(triedAt, triedAt + 900 + (chance % 900), 503, 'Service unavailable; tried again after 5 s')
  call(bookedAt, bookedAt + lasts, 201)
}
