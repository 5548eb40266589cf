import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { DoorVerdict, FrontDoor } from '../../server/core/front-door.ts'
import type { Store } from '../../sql/store.ts'
import type { EventLine } from '../contracts/vocabulary.ts'
import { judgeReferences } from '../spool/references.ts'
import type { Spool } from '../spool/spool.ts'
import { eventRoutes } from './events.ts'

/** Loads of what is only tried are numbered far above all that are committed, so that they see every one of those. */
const triedFrom = 2n ** 62n
const letIn: MiddlewareHandler = (_context, next) => next()

/** Where there is no spool, messages are only tried. */
const nowhere: Pick<Spool, 'append' | 'expectRoom'> = {
  append: () => Promise.reject(new Error('there is no spool here')),
  expectRoom: () => undefined,
}

/**
 * The front door from inside: messages that people send again go through the very route that systems use. What is only
 * tried goes through the same route with a spool that keeps nothing, and is judged by the same statement of the engine.
 */
export function openFrontDoor(options: { estate: Estate; store: Store; spool?: Spool }): FrontDoor {
  const { estate, store, spool = nowhere } = options
  const door = eventRoutes({ estate, spool, guard: letIn })
  // whoever hands in is told the reason itself, and not what a sender would be answered
  door.onError((error) => {
    throw error
  })
  const post = (routes: typeof door, body: string) =>
    routes.request('/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body,
    })

  /** The lines a message would come to, or why it is no message at all. */
  const read = async (message: string): Promise<{ rows: string; reasons: string[] }> => {
    let rows = ''
    const spoolOfNothing: Pick<Spool, 'append' | 'expectRoom'> = {
      append: async (_kind, bytes) => {
        rows = Buffer.from(bytes).toString('utf8')
      },
      expectRoom: () => undefined,
    }
    const routes = eventRoutes({ estate, spool: spoolOfNothing, guard: letIn })
    // a refusal is told by its reasons, one by one
    const reasons: string[] = []
    routes.onError((error, context) => {
      const details = error instanceof PlumblineError ? error.details : []
      reasons.push(...(details.length > 0 ? details.map((each) => each.message) : [error.message]))
      return context.text('', 400)
    })
    await post(routes, message)
    return { rows, reasons }
  }

  return {
    try: async (messages) => {
      const read_ = await Promise.all(messages.map(read))
      const unknown = await judge(
        store,
        estate,
        read_.map(({ rows }) => rows),
      )
      return read_.map(({ rows, reasons }) => describe(rows, reasons, unknown))
    },
    submit: async (message) => {
      const answer = await post(door, message)
      if (!answer.ok) throw new Error(`the front door answered ${answer.status}`)
    },
  }
}

/** What the lines name and no system has stated, as the engine would find when it loads them. */
async function judge(store: Store, estate: Estate, rows: string[]): Promise<Set<string>> {
  if (!rows.some((text) => text.includes('"refs":'))) return new Set()
  const load_seq = String(triedFrom + BigInt(randomInt(2 ** 47)))
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-tried-'))
  try {
    const path = join(folder, 'lines.jsonl')
    await writeFile(path, rows.join(''))
    await judgeReferences(store, estate, { path, name: `tried-${load_seq}` }, load_seq)
    const found = await store.query('correction_unknown', { load_seq })
    return new Set(found.map(({ entity, value }) => `${entity} ${value}`))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Leading zeros of an all-digit key do not count. */
const normalise = (value: string) => (/^0+\d+$/.test(value) ? value.replace(/^0+(?=\d)/, '') : value)

function describe(rows: string, refused: string[], unknown: Set<string>): DoorVerdict {
  const nowhere = { source: '', plant: '', key: '', occurred_at: new Date(0).toISOString() }
  const line = rows === '' ? undefined : (JSON.parse(rows.split('\n')[0] as string) as EventLine)
  if (!line) return { ...nowhere, reasons: refused, codes: refused.map(() => 'event.invalid') }
  const missing = (line.refs ?? []).filter((ref) => unknown.has(`${ref.entity} ${normalise(ref.value)}`))
  return {
    source: line.source,
    plant: line.plant,
    key: typeof line.key === 'string' ? line.key : '',
    occurred_at: line.occurred_at,
    reasons: [
      ...(line.reasons ?? []),
      ...missing.map(
        (ref) =>
          `${ref.path}: expected a key of ${ref.entity} that some system has stated, found "${ref.value}"`,
      ),
    ],
    codes: [...(line.codes ?? []), ...missing.map(() => 'reference.unknown')],
  }
}
