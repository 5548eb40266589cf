import { randomUUID } from 'node:crypto'
import type { Store } from '../../sql/store.ts'
import { describeError } from '../core/errors.ts'
import { log } from '../core/log.ts'
import { type AuditEntry, type AuditEvent, createVerifier, hashEntry, noHash } from './audit-chain.ts'

/** Writes down who did what. */
export type AuditTrail = {
  /** Writes an event down; resolves when it is on disk. */
  write(event: AuditEvent): Promise<void>
  /** The same for what nobody waits for: of a flood of refusals the greatest part is counted, not told one by one. */
  note(event: AuditEvent): void
  /** Goes over all there is. */
  verify(): Promise<ReturnType<ReturnType<typeof createVerifier>['finish']>>
  close(): Promise<void>
}

/** So many notes wait at most; what comes meanwhile is one entry that says how many. */
const mostNotes = 1_000
const pageSize = 5_000
const retryMs = 1_000

/** Opens the trail with a chain of its own for this process. */
export async function openAuditTrail(store: Store): Promise<AuditTrail> {
  const chain = `${new Date().toISOString()} ${randomUUID().slice(0, 8)}`
  const [newest] = await store.query('audit_last', {})
  let previous = newest?.hash ?? noHash
  let seq = 0n
  let last = 0
  let waiting: AuditEvent[] = []
  let unsaid = 0
  let writing: Promise<void> | undefined
  let isClosed = false

  const append = (event: AuditEvent): AuditEntry => {
    seq += 1n
    last = Math.max(last, Date.now())
    const entry = { ...event, chain, seq: String(seq), at: new Date(last).toISOString(), previous }
    const whole = { ...entry, hash: hashEntry(entry) }
    previous = whole.hash
    return whole
  }
  /** All that waits, in one go; tried until it is there, since what follows hangs on it. */
  const flush = async () => {
    const events = waiting
    waiting = []
    if (unsaid > 0) events.push(manyRefusals(unsaid))
    unsaid = 0
    const entries = events.map(append)
    const token = `audit-${chain}-${entries[0]?.seq}-${entries.length}`
    for (;;)
      try {
        return await store.insert('audit_trail', entries, { token, lane: 'read' })
      } catch (error) {
        log.error({ error: describeError(error) }, 'the audit trail can not be written; it is tried again')
        if (isClosed) throw error
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
      }
  }
  /** One write at a time; what comes meanwhile goes with the next. */
  const settle = async (): Promise<void> => {
    // who waits for the write under way is not in it
    await writing
    if (waiting.length === 0 && unsaid === 0) return writing
    writing ??= flush().finally(() => {
      writing = undefined
    })
    return writing
  }
  return {
    write: async (event) => {
      waiting.push(event)
      await settle()
    },
    note: (event) => {
      if (waiting.length >= mostNotes) unsaid++
      else waiting.push(event)
      void settle().catch(() => undefined)
    },
    verify: async () => {
      const verifier = createVerifier({ isWhole: true })
      let at = { chain: '', seq: '0' }
      for (;;) {
        const rows = (await store.query('audit_chain', { ...at, limit: pageSize })) as unknown as AuditEntry[]
        for (const row of rows) verifier.take(row)
        const end = rows.at(-1)
        if (!end || rows.length < pageSize) return verifier.finish()
        at = { chain: end.chain, seq: end.seq }
      }
    },
    close: async () => {
      isClosed = true
      try {
        while (waiting.length > 0 || writing) await settle()
      } catch {
        // the engine is away, as the log says; nobody was told that this was done
      }
    },
  }
}

const manyRefusals = (count: number): AuditEvent => ({
  actor: '',
  actor_kind: 'system',
  actor_id: '',
  act: 'refusal.many',
  object: '',
  outcome: 'refused',
  address: '',
  request: '',
  details: JSON.stringify({ count }),
})
