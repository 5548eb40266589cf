import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSources } from '../../collectors/sources/index.ts'
import { parseEstate } from '../../server/core/estate.ts'
import type { Store } from '../../sql/store.ts'
import { createSerialQueue } from '../support/files-world.ts'
import { addReader, type Postgres, startPostgres } from '../support/postgres.ts'
import { openMigrated } from '../support/store.ts'

const child = fileURLToPath(new URL('../support/files-child.ts', import.meta.url))
let postgres: Postgres
beforeAll(async () => {
  postgres = await startPostgres()
  await addReader(postgres, 'reader', 'secret')
})
afterAll(() => postgres?.close())

const estateText = () => `
name: Kill
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: wms, name: WMS, role: wms }]
teams: [{ team: ops, name: Operations }]
sources:
  - source: stock
    kind: sql
    dialect: postgresql
    system: wms
    host: 127.0.0.1
    port: ${postgres.port}
    database: postgres
    user: reader
    password_from: STOCK_PASSWORD
    table: stock
    cursor: { field: changed_at, overlap: 1m }
    key: [item]
    full: 3s
    page_rows: 40
    states:
      inventory_positions: { location: { const: A }, item: item, quantity: quantity, occurred_at: changed_at }
    events: [{ type: counted, key: item, occurred_at: changed_at }]
`

/** Changes some rows, adds some, takes some away; more than a page of them at one moment. */
const work = (round: number) =>
  postgres.run(`DELETE FROM stock WHERE abs(hashtext(item || ${round})) % 10 = 0;
    UPDATE stock SET quantity = quantity + 1, changed_at = clock_timestamp() WHERE abs(hashtext(item || ${round})) % 3 = 0;
    INSERT INTO stock SELECT ${round} || '-' || i, i, now() FROM generate_series(1, 60) AS i`)

test('kill -9 at any moment of several pulls: states equal the source’s, and nothing is doubled', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-sql-kill-'))
  let store: Store | undefined
  process.env.STOCK_PASSWORD = 'secret'
  try {
    await postgres.run(
      'CREATE TABLE stock (item text PRIMARY KEY, quantity numeric NOT NULL, changed_at timestamptz NOT NULL)',
    )
    await (await openMigrated(dataFolder)).close()
    let kills = 0
    for (let round = 1; round <= 5; round++) {
      await work(round)
      const args = ['--import', 'tsx', child, dataFolder, estateText(), '1000']
      const run = spawn(process.execPath, args, {
        env: { ...process.env, LOG_LEVEL: 'silent' },
        stdio: 'ignore',
      })
      const ended = once(run, 'exit')
      await untilAsked()
      // somewhere in the fetch, the load, or what follows
      setTimeout(() => run.kill('SIGKILL'), Math.random() * 1_500)
      const [, signal] = await ended
      kills += signal === 'SIGKILL' ? 1 : 0
    }
    expect(kills).toBeGreaterThan(0)
    // what was deleted is found by a full fetch
    await new Promise((done) => setTimeout(done, 3_000))
    store = await openMigrated(dataFolder)
    const sources = startSources({
      estate: parseEstate(estateText()),
      store,
      queue: createSerialQueue(store),
      folder: join(dataFolder, 'pulls'),
    })
    await sources.pollNow()
    await sources.stop()
    const committed = 'load_seq IN (SELECT load_seq FROM loads)'
    const here = await store.rows<{ line: string }>(
      `SELECT item || ' ' || toString(argMax(quantity, version)) AS line FROM inventory_positions_log
       WHERE ${committed} GROUP BY item HAVING NOT argMax(deleted, version) ORDER BY line`,
    )
    const there = await postgres.run<{ line: string }>(
      `SELECT item || ' ' || quantity::text AS line FROM stock ORDER BY item || ' ' || quantity::text COLLATE "C"`,
    )
    expect(here).toEqual(there)
    const [doubled] = await store.rows<{ states: string; events: string; waiting: string }>(
      `SELECT (SELECT count() - uniqExact(item, quantity, occurred_at, deleted, version) FROM inventory_positions_log WHERE ${committed}) AS states,
       (SELECT count() - uniqExact(event_id) FROM business_events FINAL) AS events,
       (SELECT count() FROM file_rows) AS waiting`,
    )
    expect(doubled).toEqual({ states: '0', events: '0', waiting: '0' })
  } finally {
    await store?.close()
    delete process.env.STOCK_PASSWORD
    rmSync(dataFolder, { recursive: true, force: true })
  }
}, 120_000)

/** Waits until the process has asked the database: before, there is nothing to interrupt. */
async function untilAsked(): Promise<void> {
  const before = postgres.log().length
  while (!postgres.log().slice(before).includes('json_object_keys'))
    await new Promise((done) => setTimeout(done, 20))
}
