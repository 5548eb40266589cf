import type { Estate } from '../../server/core/estate.ts'
import { writeDuration } from '../../server/core/words.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'

type Pending = QueryRow['replay_pending']

/**
 * Looks for what was asked for: the event of the key that a system owed, received after the request, or the case closed
 * since. What has neither in time is said to be missing, and is found all the same when it comes later.
 * Resolves with how many items got a new state.
 */
export async function verifySent(
  { store, estate }: { store: Store; estate: Estate },
  sent: readonly Pending[],
  at = new Date(),
): Promise<number> {
  if (sent.length === 0) return 0
  const since = new Date(Math.min(...sent.map((item) => Date.parse(item.asked_at))))
  const [arrived, agreed] = await Promise.all([
    store.query('replay_arrived', {
      plants: sent.map((item) => item.plant),
      keys: sent.map((item) => item.key),
      since,
    }),
    store.query('replay_agreed', {
      numbers: sent.filter((item) => item.number !== '0').map((item) => Number(item.number)),
    }),
  ])
  const closed = new Set(agreed.map((row) => row.number))
  const steps = sent.flatMap((item) => {
    const found = findProof(item, arrived, closed)
    const base = { replay: item.replay, item: item.item, at: at.toISOString(), actor: 'plumbline' }
    if (found) return [{ ...base, act: 'verified', ...found }]
    const within = estate.flowOf.get(item.flow)?.replay?.verify_within ?? 900_000
    const isLate = at.getTime() - Date.parse(item.asked_at) > within
    if (item.state !== 'sent' || !isLate) return []
    return [{ ...base, act: 'unverified', detail: describeMissing(estate, item, within), proof: '' }]
  })
  if (steps.length > 0) await store.insert('replay_steps', steps)
  return steps.length
}

function findProof(
  item: Pending,
  arrived: QueryRow['replay_arrived'][],
  closed: ReadonlySet<string>,
): { detail: string; proof: string } | undefined {
  const asked = Date.parse(item.asked_at)
  const event = arrived.find(
    (row) =>
      row.plant === item.plant &&
      row.key === item.key &&
      // whose word is missing is not known of a key that no stage is missing of: then only agreement counts
      item.expected.includes(row.system) &&
      row.type === item.expected_type &&
      Date.parse(row.received_at) >= asked,
  )
  if (event) return { detail: `${event.system} said ${event.type}`, proof: event.event_id }
  // it was open when the selection was frozen: one that was closed was left out
  return closed.has(item.number) ? { detail: 'both sides agree', proof: `EX-${item.number}` } : undefined
}

/** What did not come, in words. */
function describeMissing(
  estate: Estate,
  { expected, expected_type, key, number }: Pending,
  within: number,
): string {
  const names = expected.map((system) => estate.systemOf.get(system)?.name ?? system)
  const missing = [
    ...(names.length > 0 ? [`no ${expected_type} of ${key} came from ${names.join(' or ')}`] : []),
    ...(number === '0' ? [] : [`EX-${number} is still open`]),
  ]
  return `${missing.join(', and ') || 'nothing shows that it arrived'}, ${writeDuration(within)} after the request`
}
