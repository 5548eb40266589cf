import type { CloudEventJson } from './effects.ts'
import { createRandom } from './random.ts'

/** So many places a message may be overtaken by what was sent after it. */
const mostBehind = 5
/** The share that is sent twice, as after an acknowledgement that got lost, and how many places later at the most. */
const resent = 0.01
const againWithin = 40

/**
 * A network as networks are: of messages sent together some overtake each other, and some come twice under the same id.
 * The same for the same seed and messages; none is lost.
 */
export function disturb(events: readonly CloudEventJson[], seed: number): CloudEventJson[] {
  return events
    .flatMap((event, index) => {
      const random = createRandom(seed, 'noise', event.id)
      const place = index + random.next() * mostBehind
      return random.chance(resent)
        ? [
            { event, place },
            { event, place: place + random.next() * againWithin },
          ]
        : [{ event, place }]
    })
    .sort((left, right) => left.place - right.place)
    .map(({ event }) => event)
}
