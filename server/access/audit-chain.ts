import { createHash } from 'node:crypto'
import type { IdentityKind } from '../core/identity.ts'

/** Something somebody did, or was refused. */
export type AuditEvent = {
  /** by name; '' of nobody we know */
  actor: string
  actor_kind: IdentityKind | 'system' | ''
  /** the person or token; '' of tokens of the environment and of nobody */
  actor_id: string
  /** `sign_in`, `act`, `export`, `configuration`, … what follows a dot says which */
  act: string
  /** what it was done to: a case, a person, an address */
  object: string
  outcome: 'done' | 'refused' | 'failed'
  address: string
  /** the id of the request, as it stands in the log */
  request: string
  details: string
}

/** An entry of the trail: an event, its place, and what it hangs on. */
export type AuditEntry = AuditEvent & {
  /** one for each start of a process */
  chain: string
  seq: string
  /** ISO 8601, UTC, milliseconds */
  at: string
  previous: string
  hash: string
}

/** What the very first chain hangs on. */
export const noHash = '0'.repeat(64)

/**
 * The hash of an entry: SHA-256 over the JSON array of all it says in this order, the hash of the entry before it among
 * them. Whoever changes, takes out or puts in an entry changes every hash after it.
 */
export const hashEntry = (entry: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        entry.chain,
        String(entry.seq),
        entry.at,
        entry.actor,
        entry.actor_kind,
        entry.actor_id,
        entry.act,
        entry.object,
        entry.outcome,
        entry.address,
        entry.request,
        entry.details,
        entry.previous,
      ]),
    )
    .digest('hex')

export type AuditFault = { chain: string; seq: string; at: string; message: string }

/**
 * Verifies entries as they come, in the order of their chains; `finish` says what does not fit. Entries may be a stretch
 * of the trail: then what the first of a chain hangs on can't be looked up, and is taken as it is.
 */
export function createVerifier({ isWhole }: { isWhole: boolean }) {
  const faults: AuditFault[] = []
  const hashes = new Set<string>([noHash])
  const beginnings: AuditEntry[] = []
  const heads = new Map<string, AuditEntry>()
  let count = 0
  const say = ({ chain, seq, at }: AuditEntry, message: string) => faults.push({ chain, seq, at, message })
  return {
    take(entry: AuditEntry): void {
      count++
      const before = heads.get(entry.chain)
      if (hashEntry(entry) !== entry.hash) say(entry, 'says something else than when it was written')
      else if (before && BigInt(entry.seq) !== BigInt(before.seq) + 1n)
        say(entry, `follows entry ${before.seq}: what was between is missing`)
      else if (before && entry.previous !== before.hash) say(entry, 'does not hang on the entry before it')
      else if (!before && isWhole && entry.seq !== '1')
        say(entry, `is the first of its chain: ${BigInt(entry.seq) - 1n} before it are missing`)
      if (!before) beginnings.push(entry)
      hashes.add(entry.hash)
      heads.set(entry.chain, entry)
    },
    finish(): { entries: number; chains: number; faults: AuditFault[] } {
      if (isWhole)
        for (const entry of beginnings)
          if (entry.seq === '1' && !hashes.has(entry.previous))
            say(entry, 'begins a chain that hangs on an entry that is not there')
      return { entries: count, chains: heads.size, faults }
    },
  }
}
