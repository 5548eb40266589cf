import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSources } from '../../collectors/sources/index.ts'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { shapeOf, writeWhole } from '../../collectors/sources/sql/dialect.ts'
import { openEngineDatabase } from '../../collectors/sources/sql/engine.ts'
import { postgresql } from '../../collectors/sources/sql/postgresql.ts'
import { nextStaged } from '../../collectors/sources/sql/staging.ts'
import { parseEstate } from '../../server/core/estate.ts'
import type { SqlSourceConfig } from '../../server/core/estate-sql-schema.ts'
import type { Store } from '../../sql/store.ts'
import { createSerialQueue } from '../support/files-world.ts'
import { addReader, type Postgres, startPostgres } from '../support/postgres.ts'
import { openMigrated } from '../support/store.ts'
import { cpuOf } from './load.ts'
import { printTable, write } from './table.ts'

const rowCount = Number(process.env.BENCH_PULL_ROWS || 1_000_000)
const mib = 2 ** 20

const estateText = (port: number, mode: string) => `
name: Pull
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: wms, name: WMS, role: wms }]
teams: [{ team: ops, name: Operations }]
sources:
  - source: ${mode}
    kind: sql
    dialect: postgresql
    system: wms
    host: 127.0.0.1
    port: ${port}
    database: postgres
    user: reader
    password_from: BENCH_PASSWORD
    table: stock
    mode: ${mode}
    cursor: { field: changed_at }
    key: [item]
    poll: 1d
    limits: { timeout: 5m }
    states:
      inventory_positions: { location: location, item: item, quantity: quantity, unit: unit, unit_cost: cost, occurred_at: changed_at }
`

/** Rows of a real PostgreSQL on their way into states, beside the same rows copied by the engine and nothing more. */
export async function measurePull(): Promise<void> {
  process.env.BENCH_PASSWORD = 'secret'
  const postgres = await startPostgres({ log_statement: 'none', max_wal_size: '4GB' })
  try {
    await addReader(postgres, 'reader', 'secret')
    await postgres.run(`CREATE TABLE stock (location text NOT NULL, item text PRIMARY KEY, quantity numeric(20, 6) NOT NULL, unit text NOT NULL, cost numeric(18, 6), changed_at timestamptz NOT NULL);
      INSERT INTO stock SELECT 'L' || i % 500, 'GX-' || lpad(i::text, 8, '0'), (i % 10000) / 8.0, 'PCE', (i % 7919) / 100.0, '2026-01-01 00:00Z'::timestamptz + i * interval '7 seconds' FROM generate_series(1, ${rowCount}) AS i;
      CREATE INDEX ON stock (changed_at, item); ANALYZE stock`)
    const rows = [
      await inStore('engine alone, to a table', (store) => copyBare(store, postgres)),
      await inStore('staged: lines of JSON, in order', (store) => stage(store, postgres)),
      await inStore('delta: pages of 50,000, to states', (store) => pull(store, postgres, 'delta')),
      await inStore('snapshot: one statement, to states', (store) => pull(store, postgres, 'snapshot')),
      await inStore('engine alone, once more', (store) => copyBare(store, postgres)),
    ]
    const bare = Math.max(...rows.filter(({ name }) => name.startsWith('engine')).map((row) => row.perSecond))
    printTable(
      [
        'rows of PostgreSQL',
        'rows/s',
        'CPU µs/row',
        '× engine alone',
        'MiB before',
        'a quarter in',
        'at most',
      ],
      rows.map((row) => [
        row.name,
        write(row.perSecond),
        row.cpu.toFixed(1),
        (row.perSecond / bare).toFixed(2),
        ...row.memory.map((bytes) => write(bytes / mib)),
      ]),
    )
  } finally {
    await postgres.close()
  }
}

type Work = (store: Store) => Promise<void>
type Measured = { name: string; perSecond: number; cpu: number; memory: [number, number, number] }

/** Times work in a store of its own, and follows the memory of the process: as high after a quarter as at the end? */
async function inStore(name: string, work: Work): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-pull-'))
  const store = await openMigrated(folder)
  const samples: number[] = []
  const before = process.memoryUsage.rss()
  const timer = setInterval(() => samples.push(process.memoryUsage.rss()), 50)
  try {
    const cpu = cpuOf(process.pid)
    const started = performance.now()
    await work(store)
    const seconds = (performance.now() - started) / 1000
    const quarter = samples.slice(0, Math.ceil(samples.length / 4))
    return {
      name,
      perSecond: rowCount / seconds,
      cpu: ((cpuOf(process.pid) - cpu) / rowCount) * 1e6,
      memory: [before, Math.max(before, ...quarter), Math.max(before, ...samples)],
    }
  } finally {
    clearInterval(timer)
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function copyBare(store: Store, postgres: Postgres): Promise<void> {
  await store.command(
    `CREATE TABLE copied (location String, item String, quantity Decimal(24, 6), unit String, cost Decimal(24, 6), changed_at DateTime64(6, 'UTC')) ENGINE = MergeTree ORDER BY (location, item)`,
  )
  await store.command(
    `INSERT INTO copied SELECT location, item, quantity, unit, cost, changed_at FROM postgresql({address:String}, 'postgres', 'stock', 'reader', 'secret')`,
    { address: `127.0.0.1:${postgres.port}` },
    { lane: 'load' },
  )
}

/** What the adapter alone does: the rows as they wait for their load. */
async function stage(store: Store, postgres: Postgres): Promise<void> {
  const [source] = parseEstate(estateText(postgres.port, 'snapshot')).pulledSources as [SqlSourceConfig]
  const tally = newTally()
  const database = openEngineDatabase(
    postgresql,
    source,
    store,
    () => tally,
    () => undefined,
  )
  const shape = shapeOf(postgresql, source, [], (await postgresql.learn(source, database.ask)).columns)
  await database.stage(writeWhole(postgresql, source, shape, '').sql, nextStaged())
}

async function pull(store: Store, postgres: Postgres, mode: string): Promise<void> {
  const sources = startSources({
    estate: parseEstate(estateText(postgres.port, mode)),
    store,
    queue: createSerialQueue(store),
    folder: join(tmpdir(), 'plumbline-bench-pulls'),
  })
  // the first poll begins by itself, and what is asked for now waits for it: stopped, it is the only one
  await untilLoaded(store)
  await sources.stop()
}

async function untilLoaded(store: Store): Promise<void> {
  for (;;) {
    const [poll] = await store.rows<{ rows: string; reason: string }>('SELECT rows, reason FROM source_polls')
    if (poll?.reason) throw new Error(poll.reason)
    if (poll) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const [states] = await store.rows<{ count: string }>(
    'SELECT uniqExact(item) AS count FROM inventory_positions_log WHERE load_seq IN (SELECT load_seq FROM loads)',
  )
  if (Number(states?.count) !== rowCount)
    throw new Error(`${states?.count} of ${rowCount} rows became states`)
}
