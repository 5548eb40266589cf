import { EventEmitter } from 'node:events'

export type Topic = 'runs' | 'exceptions' | 'events' | 'spans' | 'sources' | 'alerts' | 'replays'

/** Tells whoever listens that something changed; it carries no data, listeners ask again for what they show. */
export type Bus = { tell(...topics: Topic[]): void; listen(listener: (topics: Topic[]) => void): () => void }

/** An in-process bus that gathers what changed within `gatherMs` into one notice. */
export function createBus(gatherMs = 500): Bus {
  const emitter = new EventEmitter().setMaxListeners(0)
  const pending = new Set<Topic>()
  const flush = () => {
    const topics = [...pending]
    pending.clear()
    emitter.emit('change', topics)
  }
  return {
    tell: (...topics) => {
      // the first of a burst starts the clock, the rest join it
      if (pending.size === 0) setTimeout(flush, gatherMs).unref()
      for (const topic of topics) pending.add(topic)
    },
    listen: (listener) => {
      emitter.on('change', listener)
      return () => emitter.off('change', listener)
    },
  }
}
