import { createHash } from 'node:crypto'

const mostBodies = 10_000
const forgetMs = 10 * 60_000

/**
 * Remembers what was acknowledged of late. A sender that did not hear our answer sends the very same body again; it is
 * acknowledged again and not stored again, so that sums over spans stay what they are. A body that is still being
 * written is waited for: both are answered by the one write.
 */
export function createResendWindow() {
  const bodies = new Map<string, { at: number; written: Promise<void> }>()

  const forget = (now: number) => {
    for (const [digest, { at }] of bodies) {
      if (bodies.size <= mostBodies && now - at < forgetMs) return
      bodies.delete(digest)
    }
  }
  return {
    /** Runs `write` unless the same body was written or is being written; a write that failed is not remembered. */
    once: (body: Uint8Array, write: () => Promise<void>): Promise<void> => {
      const digest = createHash('sha256').update(body).digest('base64')
      const known = bodies.get(digest)
      if (known) return known.written
      const now = Date.now()
      forget(now)
      const written = write()
      bodies.set(digest, { at: now, written })
      written.catch(() => bodies.delete(digest))
      return written
    },
  }
}
