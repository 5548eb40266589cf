import type { Waiting } from './traces.ts'

/** How many messages wait in one queue of the hub. */
export type QueueDepth = { plant: string; destination: string; depth: number }

/**
 * The queues of the integration hub, as far as their messages are planned. A queue that has held a message once is
 * there for good, so that it can be empty.
 */
export function openQueues() {
  let waiting: Waiting[] = []
  let now = 0
  const known = new Map<string, QueueDepth>()
  return {
    add: (message: Waiting): void => {
      waiting.push(message)
    },
    /** Lets time pass: what was gone by then is asked for no more. */
    passTo: (at: number): void => {
      now = at
      for (const { plant, destination, from } of waiting)
        if (from <= now) known.set(`${plant} ${destination}`, { plant, destination, depth: 0 })
      waiting = waiting.filter((message) => message.to > now)
    },
    depths: (): QueueDepth[] => {
      const depths = new Map([...known].map(([name, queue]) => [name, { ...queue }]))
      for (const { plant, destination, from } of waiting) {
        const queue = depths.get(`${plant} ${destination}`)
        if (queue && from <= now) queue.depth++
      }
      return [...depths.values()]
    },
  }
}
