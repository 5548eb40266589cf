import { setTimeout as sleep } from 'node:timers/promises'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import type { AlertView } from '../core/alert-desk.ts'
import type { Bus, Topic } from '../core/bus.ts'
import type { DiskState } from '../core/disk.ts'
import { describeError } from '../core/errors.ts'
import { log } from '../core/log.ts'
import type { SourcePull } from '../core/source-desk.ts'
import { elsewhere } from './asks.ts'

const beatMs = 3_000
const lookMs = 2_000
/** Whoever was silent for so long is not there. */
const withinMs = 20_000

type SpoolStats = {
  waiting_segments: number
  waiting_bytes: number
  oldest_s: number
  refusing: string
  cut_bytes: number
}
/** What processes say of themselves, by their roles. */
export type Bodies = {
  collectors: {
    spool: Record<'all' | 'events' | 'traces' | 'metrics', SpoolStats>
    limit_bytes: number
    disk: DiskState
    pulls: SourcePull[]
  }
  reconcilers: {
    alerts: AlertView[]
    evaluated_at: string | null
    failing: { condition: string; reason: string }[]
  }
}
export type Others = {
  /** What a process of a role said last; @throws PlumblineError `role_elsewhere` while none is there */
  of<Name extends keyof Bodies>(role: Name): Bodies[Name]
  stop(): Promise<void>
}

/** Says every few seconds what only this process knows, for those of other roles. */
export function startBeat<Name extends keyof Bodies>(
  store: Store,
  role: Name,
  name: string,
  read: () => Promise<Bodies[Name]>,
): { stop(): Promise<void> } {
  return repeat(beatMs, 'what this process knows could not be told', async () => {
    await store.insert('role_beats', [{ process: name, roles: [role], body: JSON.stringify(await read()) }])
  })
}

const followed: [name: 'runs' | 'loads' | 'alerts' | 'acts' | 'replays', topics: Topic[]][] = [
  ['runs', ['runs', 'exceptions']],
  ['loads', ['events', 'spans', 'sources']],
  ['alerts', ['alerts']],
  ['acts', ['exceptions']],
  ['replays', ['replays']],
]

/** Follows what processes of other roles say and write; those who watch are told of it here. */
export async function followOthers(store: Store, bus: Bus): Promise<Others> {
  const said = new Map<string, unknown>()
  let known: QueryRow['role_changes'] | undefined
  const look = async () => {
    const beats = await store.query('role_beats_now', { within_ms: withinMs })
    said.clear()
    for (const { roles, body } of [...beats].sort((a, b) => (a.said_at < b.said_at ? -1 : 1)))
      for (const role of roles) said.set(role, JSON.parse(body))
    const [now] = await store.query('role_changes', {})
    if (!now) return
    const before = known
    known = now
    if (before) bus.tell(...followed.flatMap(([name, topics]) => (before[name] === now[name] ? [] : topics)))
  }
  await look()
  const { stop } = repeat(lookMs, 'what other processes say could not be read', look)
  return {
    of: <Name extends keyof Bodies>(role: Name) => {
      const body = said.get(role)
      if (body === undefined) throw elsewhere(role)
      return body as Bodies[Name]
    },
    stop,
  }
}

function repeat(everyMs: number, failure: string, work: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await work().catch((error) => log.warn({ error: describeError(error) }, failure))
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await loop
    },
  }
}
