import type { SubjectRequest } from '../core/subjects.ts'
import { type AuditEntry, type AuditEvent, hashEntry, type Redaction, redactionAct } from './audit-chain.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { People } from './people.ts'

/** So many entries are named by one. */
const atOnce = 100
type Desk = { people: Pick<People, 'find' | 'erase'>; trail: Pick<AuditTrail, 'write'> }
const ours = { actor_id: '', address: '', request: '', outcome: 'done' } as const

/**
 * Writes into the trail which of its entries are masked on request, and the hash of what each says from then on: by that
 * an entry that says something else than when it was written is told from one that somebody has tampered with.
 */
const noteMasked =
  (trail: Pick<AuditTrail, 'write'>) =>
  async (request: string, entries: readonly (Record<string, string> & { chain: string; seq: string })[]) => {
    for (let from = 0; from < entries.length; from += atOnce) {
      const named = entries.slice(from, from + atOnce).map((entry) => ({
        chain: entry.chain,
        seq: entry.seq,
        hash: hashEntry(entry as unknown as AuditEntry),
      }))
      await trail.write({
        ...ours,
        actor: 'plumbline',
        actor_kind: 'system',
        act: redactionAct,
        object: `subject request ${request}`,
        details: JSON.stringify({ request, entries: named } satisfies Redaction),
      })
    }
  }

/** That a request about somebody or something is done, with what shows it, as an entry of the trail. */
const describeErasure = ({
  request,
  kind,
  plant,
  reference,
  reason,
  actor,
  confirmed_by,
  proof,
}: SubjectRequest): AuditEvent => ({
  ...ours,
  actor: confirmed_by,
  actor_kind: 'system',
  act: 'subject.delete',
  object: `subject request ${request}`,
  details: JSON.stringify({
    kind,
    plant,
    reference,
    reason,
    asked_by: actor,
    rows_before: proof?.rows_before,
    rows_after: proof?.rows_after,
    cases_closed: proof?.cases_closed,
    tables: proof?.tables.map(({ table, how, before, after }) => `${table}: ${how} ${before}, ${after} left`),
    sha256: proof?.sha256,
  }),
})

/** What requests about people and keys need of who may come in, and of the trail; the desk is asked for when it is needed. */
export const subjectTrail = (desk: () => Desk) => ({
  people: {
    find: (id: string) => desk().people.find(id),
    erase: (id: string, actor: string) => desk().people.erase(id, actor),
  },
  trail: {
    note: (...given: Parameters<ReturnType<typeof noteMasked>>) => noteMasked(desk().trail)(...given),
    done: (request: SubjectRequest) => desk().trail.write(describeErasure(request)),
  },
})
