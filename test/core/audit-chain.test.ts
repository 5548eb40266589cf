import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AuditEntry,
  createVerifier,
  hashEntry,
  noHash,
  type Redaction,
  redactionAct,
} from '../../server/access/audit-chain.ts'

/** A trail of chains, each of so many entries; a later one hangs on the last entry of the one before. */
function writeTrail(lengths: number[]): AuditEntry[] {
  const trail: AuditEntry[] = []
  let previous = noHash
  lengths.forEach((length, chain) => {
    for (let seq = 1; seq <= length; seq++) {
      const entry = {
        chain: `chain ${chain}`,
        seq: String(seq),
        at: new Date(1_700_000_000_000 + trail.length * 1000).toISOString(),
        actor: 'Ada',
        actor_kind: 'person' as const,
        actor_id: 'a',
        act: 'act',
        object: `POST /api/x/${seq}`,
        outcome: 'done' as const,
        address: '127.0.0.1',
        request: 'r',
        details: '',
        previous,
      }
      previous = hashEntry(entry)
      trail.push({ ...entry, hash: previous })
    }
  })
  return trail
}
const verify = (trail: AuditEntry[]) => {
  const verifier = createVerifier({ isWhole: true })
  for (const entry of trail) verifier.take(entry)
  return verifier.finish()
}
const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 })

test('a trail as it was written is whole', () => {
  fc.assert(
    fc.property(lengths, (each) => {
      expect(verify(writeTrail(each))).toMatchObject({ faults: [], chains: each.length })
    }),
  )
})

test('one letter that is changed shows, wherever it stands; so does one whose hash was made anew', () => {
  const columns = ['at', 'actor', 'act', 'object', 'outcome', 'details', 'address', 'previous'] as const
  fc.assert(
    fc.property(
      lengths,
      fc.nat(),
      fc.constantFrom(...columns),
      fc.boolean(),
      (each, place, column, isRehashed) => {
        const trail = writeTrail(each)
        const at = place % trail.length
        const entry = trail[at] as AuditEntry
        const changed = { ...entry, [column]: `${entry[column]}x` }
        trail[at] = isRehashed ? { ...changed, hash: hashEntry(changed) } : changed
        const isHead = at === trail.length - 1
        // nothing hangs on the very last entry yet: only what it hangs on can tell
        if (isRehashed && isHead && column !== 'previous') return
        expect(verify(trail).faults.length).toBeGreaterThan(0)
      },
    ),
  )
})

test('an entry that is taken out or put in shows, but for the end of the trail', () => {
  fc.assert(
    fc.property(lengths, fc.nat(), (each, place) => {
      const trail = writeTrail(each)
      const at = place % trail.length
      const isEnd = at === trail.length - 1
      const without = trail.filter((_, index) => index !== at)
      if (!isEnd) expect(verify(without).faults.length).toBeGreaterThan(0)
      const twice = [...trail.slice(0, at + 1), trail[at] as AuditEntry, ...trail.slice(at + 1)]
      expect(verify(twice).faults.length).toBeGreaterThan(0)
    }),
  )
})

test('an entry that was masked fits where the trail says into what, and nothing else does', () => {
  fc.assert(
    fc.property(lengths, fc.nat(), fc.constantFrom('as said', 'otherwise', 'unsaid'), (each, place, how) => {
      const trail = writeTrail(each)
      const end = trail.at(-1) as AuditEntry
      const entry = trail[place % trail.length] as AuditEntry
      const masked = { ...entry, actor: 'deleted-1' }
      const note = {
        ...end,
        seq: String(BigInt(end.seq) + 1n),
        actor_kind: 'system' as const,
        act: how === 'unsaid' ? 'act' : redactionAct,
        previous: end.hash,
        details: JSON.stringify({
          request: 'r',
          entries: [{ chain: entry.chain, seq: entry.seq, hash: hashEntry(masked) }],
        } satisfies Redaction),
      }
      trail[place % trail.length] = how === 'otherwise' ? { ...masked, actor: 'Eve' } : masked
      const found = verify([...trail, { ...note, hash: hashEntry(note) }])
      if (how === 'as said') expect(found).toMatchObject({ faults: [], redacted: 1 })
      else expect(found.faults).toHaveLength(1)
    }),
  )
})
