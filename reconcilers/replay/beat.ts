import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'

/** Nothing to do: looked at again this much later. */
const idleFactor = 10

/**
 * Does a piece of work again and again, never twice at a time: soon while it says that more is under way, seldom when
 * it says that nothing is, and at once when woken.
 */
export function createBeat(name: string, beatMs: number, work: () => Promise<boolean>) {
  const stopping = new AbortController()
  let line: Promise<unknown> = Promise.resolve()
  let loop: Promise<void> | undefined
  let nudge = new AbortController()

  const once = () => {
    const turn = line.then(() =>
      work().catch((error) => {
        if (!stopping.signal.aborted)
          log.error({ error: describeError(error) }, `${name}: a turn failed; the next goes on`)
        return true
      }),
    )
    line = turn
    return turn
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      nudge = new AbortController()
      const isBusy = await once()
      await sleep(isBusy ? beatMs : beatMs * idleFactor, undefined, { signal: nudge.signal }).catch(
        () => undefined,
      )
    }
  }
  return {
    start: async () => {
      loop ??= run()
    },
    /** Looks at once, instead of when the time has come. */
    wake: () => nudge.abort(),
    stop: async () => {
      stopping.abort()
      nudge.abort()
      await loop
      await line
    },
  }
}
