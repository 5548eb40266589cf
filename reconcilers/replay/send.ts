import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { itemsAtOnce, type Post, readRefusals, readTarget, writeRequest } from './request.ts'

type Pending = QueryRow['replay_pending']
type Step = { act: 'sending' | 'sent' | 'refused' | 'failed'; detail: string }

/** After so many tries without an answer, what was asked for has failed. */
const mostTries = 6

/** When a request that was not answered may be tried again, by the first item of its piece. */
export type Waits = Map<string, number>

/**
 * Asks for what waits, piece by piece in the order it was frozen. A piece is written down before it is sent: where no
 * answer follows, because the process died, the very same piece is sent again under the same id.
 */
export async function sendPending(
  options: { store: Store; estate: Estate; post: Post; waits: Waits; retryMs: number; signal: AbortSignal },
  pending: readonly Pending[],
): Promise<void> {
  const { store, estate, post, waits, retryMs, signal } = options
  for (const items of pieces(pending)) {
    if (signal.aborted) return
    const [first] = items as [Pending]
    if ((waits.get(first.item) ?? 0) > Date.now()) continue
    const write = (step: (item: Pending) => Step) =>
      store.insert(
        'replay_steps',
        items.map((item) => ({
          replay: item.replay,
          item: item.item,
          at: new Date().toISOString(),
          actor: 'plumbline',
          proof: '',
          ...step(item),
        })),
      )
    try {
      const target = readTarget(estate, first.flow)
      await write(() => ({ act: 'sending', detail: '' }))
      const answer = await post(writeRequest(target, first.flow, items), target.endpoint, signal)
      const { status, text, error } = answer
      const said = error || `answered ${status}${text ? `: ${text.slice(0, 200)}` : ''}`
      if (status >= 200 && status < 300) {
        const refusals = readRefusals(text)
        await write(({ item }) => {
          const reason = refusals.get(item)
          return reason === undefined
            ? { act: 'sent', detail: `answered ${status}` }
            : { act: 'refused', detail: reason }
        })
      } else if (mayPass(status, error) && first.times + 1 < mostTries)
        waits.set(
          first.item,
          Date.now() + Math.max(retryMs * 4 ** first.times, Number(answer.retryAfter) * 1000 || 0),
        )
      else await write(() => ({ act: 'failed', detail: said }))
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof PlumblineError)) throw error
      await write(() => ({ act: 'failed', detail: error.message }))
    }
  }
}

/** Whether a later try may be answered otherwise: nobody answered, or the other side is busy or broken for now. */
const mayPass = (status: number, error: string) =>
  !error.includes('is refused:') && (status === 0 || status === 408 || status === 429 || status >= 500)

/** By replay, in pieces whose limits are those of the frozen positions, so that a restart makes the same ones. */
function pieces(pending: readonly Pending[]): Pending[][] {
  const groups = new Map<string, Pending[]>()
  for (const item of pending) {
    const name = `${item.replay} ${Math.floor(item.position / itemsAtOnce)}`
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return [...groups.values()]
}
