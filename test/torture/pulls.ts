import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startSources } from '../../collectors/sources/index.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { startPeer } from '../support/peer.ts'
import { createChance } from './mutate.ts'

export type PullsResult = { figures: Record<string, number>; broken: string[] }

const child = fileURLToPath(new URL('./pull-child.ts', import.meta.url))
/** A process is killed after about so many rounds of its sources. */
const roundsPerKill = 6
/** So many lines stand at once at most: each round reads them all, a few at a time. */
const mostLines = 40

type Line = { no: number; quantity: string; at: string }

/** An ERP that goes on while it is read: lines are added, changed and deleted between any two requests. */
function createErp(chance: (below: number) => number) {
  const lines = new Map<number, Line>()
  let clock = Date.UTC(2026, 0, 5, 8)
  let last = 0
  let changes = 0
  const work = () => {
    for (let step = chance(4); step > 0; step--) {
      clock += 1 + chance(20_000)
      const isNew = lines.size === 0 || (lines.size < mostLines && chance(3) === 0)
      const no = isNew ? ++last : ([...lines.keys()][chance(lines.size)] as number)
      if (!isNew && chance(6) === 0) lines.delete(no)
      else lines.set(no, { no, quantity: `${chance(1000)}.${chance(10)}`, at: new Date(clock).toISOString() })
      changes++
    }
  }
  /** Sorted by time, then number, in pages by an offset: the list moves below who reads it. */
  const list = (url: URL) => {
    const since = url.searchParams.get('since') ?? ''
    const [offset, size] = [Number(url.searchParams.get('offset')), Number(url.searchParams.get('limit'))]
    return [...lines.values()]
      .filter(({ at }) => at >= since)
      .sort((a, b) => a.at.localeCompare(b.at) || a.no - b.no)
      .slice(offset, offset + size)
  }
  return { lines, work, list, changed: () => changes }
}

const estateText = (url: string) => `
name: Pulls
currency: EUR
allowed_age: 2900d
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources:
  - source: changes
    kind: rest
    system: erp
    url: ${url}/lines
    poll: 1d
    query: { since: '{cursor}' }
    cursor: { field: at, sorted: true, overlap: 1m }
    paging: { by: offset, size: 7 }
    full: 1ms
    limits: { retries: 1 }
    states: { order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 10 }, quantity: quantity, occurred_at: at } }
    events: [{ type: erp.line.changed, key: no, occurred_at: at }]
`

/**
 * Kills a process that pulls, again and again, at moments nobody chose, while what it pulls from goes on and fails now
 * and then; then lets it pull once more, and compares what is stored with the source.
 */
export async function torturePulls(pulls: number, seed = Date.now() % 1_000_000): Promise<PullsResult> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pulls-'))
  const chance = createChance(seed)
  const erp = createErp(chance)
  const isQuiet = { now: false }
  for (let round = 0; round < 80; round++) erp.work()
  const peer = await startPeer((url) => {
    if (!isQuiet.now) {
      erp.work()
      if (chance(25) === 0) return { status: 503, headers: { 'retry-after': '0' }, body: '' }
    }
    const body = erp.list(url)
    return { body }
  })
  let kills = 0
  let rounds = 0
  try {
    while (rounds < pulls) {
      const pulling = spawn(process.execPath, ['--import', 'tsx', child, folder, estateText(peer.url)], {
        env: { ...process.env, LOG_LEVEL: 'silent' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise<void>((resolve) => pulling.once('exit', () => resolve()))
      let own = 0
      pulling.stdout.on('data', (text: Buffer) => {
        own += text.toString().split('\n').length - 1
      })
      const wanted = 1 + chance(roundsPerKill * 2)
      while (own < wanted && pulling.exitCode === null) await sleep(5)
      await sleep(chance(400))
      if (pulling.exitCode !== null)
        throw new Error(`the process that pulls ended by itself: ${pulling.exitCode}`)
      pulling.kill('SIGKILL')
      await ended
      kills++
      rounds += own
    }
    isQuiet.now = true
    const { figures, broken } = await compare(folder, peer.url, erp)
    return {
      figures: {
        pulls: rounds,
        kills,
        seed,
        changes: erp.changed(),
        requests: peer.asked.length,
        ...figures,
      },
      broken,
    }
  } finally {
    await peer.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(folder: string, url: string, erp: ReturnType<typeof createErp>): Promise<PullsResult> {
  const estate = parseEstate(estateText(url))
  const store = await openStore({ dataFolder: folder })
  const spool = await openSpool({ folder: join(folder, 'spool') })
  const loader = startLoader({ store, spool, estate, onLoaded: () => undefined })
  const sources = startSources({ estate, store, queue: loader, folder: join(folder, 'pulls') })
  try {
    await sources.pollNow()
    await sources.stop()
    const broken: string[] = []
    const states = await readStates(store)
    for (const { no, quantity } of erp.lines.values())
      if (states.get(String(no)) !== String(Number(quantity)))
        broken.push(`line ${no} is ${states.get(String(no)) ?? 'missing'}, where the source says ${quantity}`)
    for (const no of states.keys())
      if (!erp.lines.has(Number(no))) broken.push(`line ${no} stands, and the source has it no more`)
    const [counts] = await store.rows<{
      doubled: string
      repeated: string
      events: string
      versions: string
    }>(
      `SELECT (SELECT count() - uniqExact(event_id) FROM business_events) AS doubled, (SELECT count() FROM business_events) AS events,
         (SELECT count() FROM order_lines_log) AS versions,
         (SELECT countIf(same) FROM (
           SELECT (quantity, occurred_at, deleted) = lagInFrame((quantity, occurred_at, deleted)) OVER (PARTITION BY order_no ORDER BY load_seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
             AND row_number() OVER (PARTITION BY order_no ORDER BY load_seq) > 1 AS same
           FROM order_lines_log WHERE load_seq IN (SELECT load_seq FROM loads))) AS repeated`,
    )
    const { doubled = '0', repeated = '0', events = '0', versions = '0' } = counts ?? {}
    if (doubled !== '0') broken.push(`${doubled} events are stored twice`)
    if (repeated !== '0') broken.push(`${repeated} versions say what the one before said`)
    return {
      figures: {
        lines: erp.lines.size,
        states: states.size,
        versions: Number(versions),
        events: Number(events),
        wrong: broken.length,
      },
      broken: broken.slice(0, 10),
    }
  } finally {
    await loader.close()
    await spool.close()
    await store.close()
  }
}

async function readStates(store: Store): Promise<Map<string, string>> {
  const rows = await store.rows<{ order_no: string; quantity: string }>(
    `SELECT order_no, toString(argMax(quantity, version)) AS quantity FROM order_lines_log
     WHERE load_seq IN (SELECT load_seq FROM loads) GROUP BY order_no HAVING NOT argMax(deleted, version)`,
  )
  return new Map(rows.map(({ order_no, quantity }) => [order_no, quantity]))
}
