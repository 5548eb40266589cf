import type { SubjectProof, SubjectRequest, SubjectState } from '../../server/core/subjects.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'

/** What was asked, as it is kept. */
export type Asked = Pick<
  SubjectRequest,
  'kind' | 'plant' | 'reference' | 'reason' | 'salt' | 'subject_sha256' | 'mask' | 'documents' | 'tables'
>
type Step = QueryRow['subject_requests']

/** Requests as their steps have made them, the newest first; of one, or all. */
export async function readRequests(store: Store, request = ''): Promise<SubjectRequest[]> {
  const steps = await store.query('subject_requests', { request })
  const groups = new Map<string, Map<string, Step>>()
  for (const step of steps) {
    const group = groups.get(step.request) ?? new Map<string, Step>()
    groups.set(step.request, group.set(step.step, step))
  }
  return [...groups.values()]
    .flatMap((group) => toRequest(group) ?? [])
    .sort((a, b) => b.asked_at.localeCompare(a.asked_at))
}

function toRequest(steps: ReadonlyMap<string, Step>): SubjectRequest | undefined {
  const asked = steps.get('asked')
  if (!asked) return undefined
  const [confirmed, done] = [steps.get('confirmed'), steps.get('done')]
  const holdup = steps.get('holdup')
  const state: SubjectState = done
    ? 'done'
    : steps.has('withdrawn')
      ? 'withdrawn'
      : steps.has('begun')
        ? 'working'
        : holdup
          ? 'waiting'
          : confirmed
            ? 'confirmed'
            : 'asked'
  return {
    request: asked.request,
    state,
    ...(JSON.parse(asked.body) as Asked),
    actor: asked.actor,
    asked_at: asked.at,
    confirmed_by: confirmed?.actor ?? '',
    confirmed_at: confirmed?.at ?? null,
    holdup: holdup && !done ? (JSON.parse(holdup.body) as { holdup: string }).holdup : '',
    proof: done ? (JSON.parse(done.body) as SubjectProof) : null,
  }
}

/** What a step of a request holds; undefined where it was not taken. */
export async function stepBody(store: Store, request: string, step: string): Promise<unknown> {
  const steps = await store.query('subject_requests', { request })
  const found = steps.find((each) => each.step === step)
  return found && JSON.parse(found.body)
}
