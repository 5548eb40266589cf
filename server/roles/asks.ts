import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../sql/store.ts'
import { describeError, PlumblineError } from '../core/errors.ts'
import { log } from '../core/log.ts'

const lookMs = 500
/** How long whoever asks waits for an answer. */
const waitMs = 60_000

/** What a role does for others, by name; what is given and answered goes as JSON. */
export type Handlers = Record<string, (...given: never[]) => Promise<unknown>>
type Refusal = { code: string; message: string; status: number; where?: string; mend?: string }

/**
 * Asks the process of another role, by a row in the engine, and waits for its answer.
 * @throws PlumblineError what it refused with, or `role_elsewhere` when nobody answered in time
 */
export async function askRole<Answer>(
  store: Store,
  role: string,
  ask: string,
  given: unknown[],
): Promise<Answer> {
  const id = randomUUID()
  await store.command(
    'INSERT INTO role_asks (id, lease, ask, given, until) SELECT {id:String}, {role:String}, {ask:String}, {given:String}, now64(3) + toIntervalMillisecond({wait_ms:UInt32})',
    { id, role, ask, given: JSON.stringify(given), wait_ms: waitMs },
    { lane: 'read' },
  )
  const end = Date.now() + waitMs
  while (Date.now() < end) {
    const [row] = await store.query('role_answer', { id })
    if (row?.step === 'done') return JSON.parse(row.answer || 'null') as Answer
    if (row?.step === 'refused') {
      const { code, message, ...more } = JSON.parse(row.answer) as Refusal
      throw new PlumblineError(code, message, more)
    }
    await sleep(lookMs)
  }
  throw elsewhere(role)
}

/** There is no process of a role that would have to do or tell something. */
export const elsewhere = (role: string): PlumblineError =>
  new PlumblineError('role_elsewhere', `No process of the role ${role} answers`, {
    status: 503,
    where: '--role (PLUMBLINE_ROLE)',
    mend: `Start one with --role ${role} on the same CLICKHOUSE_URL.`,
    retryAfterS: 15,
  })

/** Takes up what others ask of a role, each once, and answers. */
export function answerAsks(store: Store, role: string, handlers: Handlers): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const taken = new Set<string>()
  const work = new Set<Promise<void>>()
  const answer = async ({ id, ask, given }: { id: string; ask: string; given: string }) => {
    const told = await act(handlers, ask, given)
    await store.insert('role_answers', [{ id, ...told }])
  }
  const look = async () => {
    for (const asked of await store.query('role_asks_waiting', { leases: [role] })) {
      if (taken.has(asked.id)) continue
      taken.add(asked.id)
      const going = answer(asked)
        .catch((error) =>
          log.error({ ask: asked.ask, error: describeError(error) }, 'an ask was not answered'),
        )
        .finally(() => work.delete(going))
      work.add(going)
    }
  }
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch((error) => log.warn({ error: describeError(error) }, 'asks could not be read'))
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await loop
      await Promise.all(work)
    },
  }
}

async function act(handlers: Handlers, ask: string, given: string) {
  const refuse = (refusal: Refusal) => ({ step: 'refused', answer: JSON.stringify(refusal) })
  try {
    const handler = handlers[ask] as ((...given: unknown[]) => Promise<unknown>) | undefined
    if (!handler) throw new PlumblineError('ask_unknown', `Nobody here does "${ask}"`, { status: 503 })
    return { step: 'done', answer: JSON.stringify((await handler(...JSON.parse(given))) ?? null) }
  } catch (error) {
    if (error instanceof PlumblineError) {
      const { code, message, status, where, mend } = error
      return refuse({ code, message, status, ...(where ? { where } : {}), ...(mend ? { mend } : {}) })
    }
    log.error({ ask, error: describeError(error) }, 'what another process asked for failed')
    return refuse({ code: 'failed', message: 'It failed; the log of that process says why', status: 500 })
  }
}
