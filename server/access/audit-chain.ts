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

/** The act of an entry that says which entries were masked on request, and what they say since. */
export const redactionAct = 'subject.redact'
/** What stands in its details. */
export type Redaction = { request: string; entries: { chain: string; seq: string; hash: string }[] }

export type AuditFault = { chain: string; seq: string; at: string; message: string }

/**
 * Verifies entries as they come, in the order of their chains; `finish` says what does not fit. Entries may be a stretch
 * of the trail: then what the first of a chain hangs on can't be looked up, and is taken as it is. An entry that says
 * something else than when it was written fits where another one says that it was masked, and into what.
 */
export function createVerifier({ isWhole }: { isWhole: boolean }) {
  const faults: AuditFault[] = []
  const hashes = new Set<string>([noHash])
  const beginnings: AuditEntry[] = []
  const heads = new Map<string, AuditEntry>()
  let count = 0
  const masked = new Set<string>()
  const changed: { entry: AuditEntry; hash: string; misfit: string }[] = []
  const nameOf = ({ chain, seq }: { chain: string; seq: string }, hash: string) => `${chain} ${seq} ${hash}`
  const say = ({ chain, seq, at }: AuditEntry, message: string) => faults.push({ chain, seq, at, message })
  /** What does not fit between an entry and the one before it in its chain; '' when all does. */
  const findMisfit = (entry: AuditEntry, before: AuditEntry | undefined): string => {
    if (before && BigInt(entry.seq) !== BigInt(before.seq) + 1n)
      return `follows entry ${before.seq}: what was between is missing`
    if (before && entry.previous !== before.hash) return 'does not hang on the entry before it'
    if (!before && isWhole && entry.seq !== '1')
      return `is the first of its chain: ${BigInt(entry.seq) - 1n} before it are missing`
    return ''
  }
  return {
    take(entry: AuditEntry): void {
      count++
      const before = heads.get(entry.chain)
      const hash = hashEntry(entry)
      const misfit = findMisfit(entry, before)
      if (hash !== entry.hash) changed.push({ entry, hash, misfit })
      else {
        if (misfit) say(entry, misfit)
        for (const each of readRedaction(entry)) masked.add(nameOf(each, each.hash))
      }
      if (!before) beginnings.push(entry)
      hashes.add(entry.hash)
      heads.set(entry.chain, entry)
    },
    finish(): { entries: number; chains: number; redacted: number; faults: AuditFault[] } {
      const isMasked = ({ entry, hash }: (typeof changed)[number]) => masked.has(nameOf(entry, hash))
      for (const each of changed) {
        const message = isMasked(each) ? each.misfit : 'says something else than when it was written'
        if (message) say(each.entry, message)
      }
      if (isWhole)
        for (const entry of beginnings)
          if (entry.seq === '1' && !hashes.has(entry.previous))
            say(entry, 'begins a chain that hangs on an entry that is not there')
      return { entries: count, chains: heads.size, redacted: changed.filter(isMasked).length, faults }
    },
  }
}

/** Which entries an entry says were masked; none for any other entry. */
function readRedaction({ act, actor_kind, details }: AuditEntry): Redaction['entries'] {
  if (act !== redactionAct || actor_kind !== 'system') return []
  try {
    return (JSON.parse(details) as Redaction).entries
  } catch {
    return []
  }
}
