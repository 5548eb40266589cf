import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSources } from '../../collectors/sources/index.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { startOf } from '../support/children.ts'
import { createSerialQueue } from '../support/files-world.ts'

const estateText = (folder: string) => `
name: Kill
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources:
  - source: orders
    kind: files
    system: erp
    folder: ${folder}
    pattern: '*.csv'
    format: csv
    states:
      order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 10 }, quantity: qty }
    events: [{ type: ordered, key: no, occurred_at: at }]
`
const row = (no: number, quantity: number) => `${no},${quantity},2026-01-05 08:00`
const file = (rows: string[]) => ['no,qty,at', ...rows].join('\n')

test('kill -9 at every write of a load, then a restart: nothing is missing, nothing is doubled', async () => {
  const base = mkdtempSync(join(tmpdir(), 'plumbline-files-kill-'))
  const folder = join(base, 'drop')
  mkdirSync(folder)
  const path = join(folder, 'orders.csv')
  const estate = estateText(folder)
  const readAll = async (dataFolder: string) => {
    const store = await openStore({ dataFolder })
    const sources = startSources({
      estate: parseEstate(estate),
      store,
      queue: createSerialQueue(store),
      folder: join(dataFolder, 'pulls'),
      settleMs: 10,
    })
    await sources.pollNow()
    await sources.stop()
    return store
  }
  try {
    // a first version is in; the second changes a row, lacks one, adds one, and a third has a row that is none
    writeFileSync(path, file([row(1, 1), row(2, 2), row(3, 3)]))
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    const clean = join(base, 'clean')
    const first = await openStore({ dataFolder: clean })
    await migrate(first)
    await first.close()
    await (await readAll(clean)).close()

    const versions = [
      { rows: [row(1, 1), row(2, 20), row(4, 4)], live: ['1 1', '2 20', '4 4'], events: 4, rejected: 0 },
      { rows: [row(1, 1), row(2, 20), '5,many,'], live: ['1 1', '2 20', '3 3'], events: 3, rejected: 1 },
    ]
    let kills = 0
    for (const [index, version] of versions.entries()) {
      writeFileSync(path, file(version.rows))
      utimesSync(path, 1_700_000_100 + index, 1_700_000_100 + index)
      for (let write = 1; ; write++) {
        const dataFolder = join(base, `${index}-${write}`)
        cpSync(clean, dataFolder, { recursive: true })
        const args = [...startOf('files-child'), dataFolder, estate, String(write)]
        const env = { ...process.env, LOG_LEVEL: 'silent' }
        const run = spawnSync(process.execPath, args, { encoding: 'utf8', env })
        if (run.status === 7) break
        expect(run.signal, run.stderr).toBe('SIGKILL')
        kills++
        const store = await readAll(dataFolder)
        const live = await store.rows<{ line: string }>(
          `SELECT order_no || ' ' || toString(argMax(quantity, version)) AS line FROM order_lines_log
           WHERE load_seq IN (SELECT load_seq FROM loads) GROUP BY order_no HAVING NOT argMax(deleted, version) ORDER BY line`,
        )
        expect(live.map(({ line }) => line)).toEqual(version.live)
        const [counts] = await store.rows(
          `SELECT (SELECT count() FROM business_events FINAL) AS events, (SELECT count() FROM quarantine) AS rejected,
           (SELECT count() FROM readings WHERE outcome = 'ok' AND load_seq IN (SELECT load_seq FROM loads)) AS readings`,
        )
        const { events, rejected } = version
        expect(counts).toEqual({ events: String(events), rejected: String(rejected), readings: '2' })
        await store.close()
        rmSync(dataFolder, { recursive: true })
      }
    }
    // staging, states, events, tombstones or quarantine, the note, the end of staging, the load, the watermark …
    expect(kills).toBeGreaterThan(14)
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}, 300_000)
