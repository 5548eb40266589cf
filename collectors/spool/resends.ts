import { createHash } from 'node:crypto'
import { mostRecent, recentMs } from './recent.ts'

/**
 * Remembers what was acknowledged of late. A sender that did not hear our answer sends the very same body again; it is
 * acknowledged again and not stored again, so that sums over spans stay what they are. A body that is still being
 * written is waited for: both are answered by the one write.
 *
 * What is guaranteed: of the last `mostRecent` bodies each is one for `recentMs` from when it was taken, also when we
 * were killed in between, at whatever moment. `taken` brings what former processes knew: the bodies that lie in the spool
 * are read from their frames, and those already loaded were noted before their segment was removed. Said again later than
 * that, spans and points are still one row each, but a sum over spans counts them twice, which the audit shows.
 */
export function createResendWindow(taken: readonly string[] = []) {
  const bodies = new Map<string, { at: number; written: Promise<void> }>()
  const started = Date.now()
  for (const digest of taken.slice(-mostRecent))
    bodies.set(digest, { at: started, written: Promise.resolve() })

  const forget = (now: number) => {
    for (const [digest, { at }] of bodies) {
      if (bodies.size <= mostRecent && now - at < recentMs) return
      bodies.delete(digest)
    }
  }
  return {
    /**
     * Runs `write` unless the same body was written or is being written; a write that failed is not remembered. One that
     * its sender calls new (`isNew`) is written whatever is known, and known from then on.
     */
    once: (
      body: Uint8Array,
      write: (digest: Uint8Array) => Promise<void>,
      { isNew = false } = {},
    ): Promise<void> => {
      const digest = createHash('sha256').update(body).digest()
      const name = digest.toString('base64')
      const known = bodies.get(name)
      if (known && !isNew) return known.written
      // the newest stand last
      bodies.delete(name)
      const now = Date.now()
      forget(now)
      const written = write(digest)
      bodies.set(name, { at: now, written })
      written.catch(() => bodies.delete(name))
      return written
    },
  }
}
