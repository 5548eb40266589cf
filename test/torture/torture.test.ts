import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { advanceStates } from '../../reconcilers/advance.ts'
import type { Store } from '../../sql/store.ts'
import { openIngest } from '../support/ingest.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { tortureAway } from './away.ts'
import { tortureBodies } from './bodies.ts'
import { tortureKills } from './kills.ts'
import { kinds, perRequest } from './load.ts'
import { torturePulls } from './pulls.ts'
import { tortureRequests } from './requests.ts'

// small runs of what `npm run torture` does for long

test('kill -9 under mixed load: acknowledged is stored, once, in every table', {
  timeout: 240_000,
}, async () => {
  const { figures, broken } = await tortureKills(4)
  expect(broken).toEqual([])
  expect(figures).toMatchObject({ kills: 4, missing: 0, doubled: 0, partly: 0 })
  expect(figures.acknowledged).toBeGreaterThan(50)
  expect(figures.resent).toBeGreaterThan(0)
  expect(figures.repeated).toBeGreaterThan(0)
})

test('mutated bodies: none is answered 5xx, none hangs, and what is taken can be loaded', {
  timeout: 240_000,
}, async () => {
  const { figures, broken } = await tortureBodies(3000)
  expect(broken).toEqual([])
  expect(figures['answered 200']).toBeGreaterThan(200)
  expect(figures['answered 400']).toBeGreaterThan(200)
  expect(figures['spans stored']).toBeGreaterThan(100)
})

test('generated addresses, mutated events and signed deliveries: none is answered 5xx, none hangs, nothing gets out', {
  timeout: 240_000,
}, async () => {
  const { figures, broken } = await tortureRequests(600, 7)
  expect(broken).toEqual([])
  for (const status of [200, 202, 400]) expect(figures[`answered ${status}`]).toBeGreaterThan(20)
})

test('an engine that is away: acknowledgements go on, the spool grows and says so, then all is loaded once', {
  timeout: 240_000,
}, async () => {
  const { figures, broken } = await tortureAway(2)
  expect(broken).toEqual([])
  expect(figures).toMatchObject({ refused: 0, missing: 0, doubled: 0 })
  expect(figures['waiting, bytes']).toBeGreaterThan(10_000)
})

test('kill -9 while sources are pulled: what is stored is what they have, once', {
  timeout: 240_000,
}, async () => {
  const { figures, broken } = await torturePulls(6)
  expect(broken).toEqual([])
  expect(figures.kills).toBeGreaterThan(0)
  expect(figures.states).toBeGreaterThan(10)
})

/** Rows and a checksum of every table that holds rows, as they lie there. */
async function fingerprint(store: Store): Promise<Record<string, string>> {
  const tables = await store.rows<{ name: string; columns: string[] }>(
    `SELECT tables.name AS name, groupArray(columns.name) AS columns
     FROM system.tables INNER JOIN system.columns ON columns.table = tables.name AND columns.database = tables.database
     WHERE tables.database = currentDatabase() AND endsWith(engine, 'MergeTree')
       -- a start notes itself
       AND tables.name != 'schema_made'
       -- when a load was noted, and how long it took, is said anew; since when it waited is read from its name
       AND NOT (tables.name = 'loads' AND columns.name IN ('loaded_at', 'took_ms', 'received_at'))
       AND NOT (tables.name = 'advanced' AND columns.name = 'at')
     GROUP BY name ORDER BY name`,
  )
  const found: Record<string, string> = {}
  for (const { name, columns } of tables) {
    const final = name === 'loads' || name === 'advanced' ? 'FINAL' : ''
    const values = columns.map((column) => `ifNull(toString(\`${column}\`), '')`).join(', ')
    const [row] = await store.rows<{ is: string }>(
      `SELECT concat(toString(count()), ' rows, ', toString(sum(cityHash64(${values})))) AS is FROM ${name} ${final}`,
    )
    if (row && !row.is.startsWith('0 ')) found[name] = row.is
  }
  return found
}

test('a segment loaded twice changes nothing, in no table', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-twice-'))
  const kept = mkdtempSync(join(tmpdir(), 'plumbline-kept-'))
  try {
    // each segment as it lay there when it was loaded, tied to its load
    const copies: string[] = []
    const first = await openIngest(scenarioEstate(), {
      folder,
      wrap: (store) => ({
        ...store,
        insertFile: (load) => {
          const kind = basename(dirname(load.path))
          copies.push(`${kind}/${basename(load.path)}`)
          copyFileSync(load.path, join(kept, `${kind}-${basename(load.path)}`))
          return store.insertFile(load)
        },
      }),
    })
    let number = 0
    for (let round = 0; round < 3; round++) {
      for (const { path, type, write } of Object.values(kinds))
        expect((await first.post(path, write(++number), { 'content-type': type })).ok).toBe(true)
      await first.loader.drain()
    }
    await advanceStates(first.store, scenarioEstate(), [])
    const before = await fingerprint(first.store)
    await first.close()
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'otel_spans',
        'span_latency_1m',
        'quarantine',
        'key_index',
        'measurements',
        'business_events',
        'stock_movements_log',
        'stock_movements',
        'loads',
      ]),
    )
    expect(before.otel_spans).toMatch(new RegExp(`^${9 * perRequest} rows`))
    expect(copies.length).toBeGreaterThanOrEqual(9)
    expect(copies.every((copy) => copy.endsWith('.loading'))).toBe(true)

    // as after a crash between the engine's commit and ours: the segment is there again, tied to the same load
    for (const copy of copies) copyFileSync(join(kept, copy.replace('/', '-')), join(folder, 'spool', copy))
    let loaded = 0
    const second = await openIngest(scenarioEstate(), {
      folder,
      wrap: (store) => ({
        ...store,
        insertFile: (load) => {
          loaded++
          return store.insertFile(load)
        },
      }),
    })
    await second.loader.drain()
    await advanceStates(second.store, scenarioEstate(), [])
    expect(loaded).toBe(copies.length)
    expect(await fingerprint(second.store)).toEqual(before)
    await second.close()
    for (const kind of ['events', 'traces', 'metrics'])
      expect(readdirSync(join(folder, 'spool', kind))).toEqual([])
  } finally {
    for (const path of [folder, kept]) rmSync(path, { recursive: true, force: true })
  }
})
