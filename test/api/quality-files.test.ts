import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSources } from '../../collectors/sources/index.ts'
import type { Quality } from '../../server/api/schemas/quality.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { createSerialQueue, filesEstate } from '../support/files-world.ts'

/** An estate that sends no message, only files: what is known of their rows, counted by hand. */
const hourMs = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'plumbline-quality-files-'))
const estate = filesEstate(
  folder,
  `  - source: stock
    kind: files
    system: wms
    folder: FOLDER
    pattern: 'Stock*.csv'
    format: csv
    plant: { const: HAM }
    states: { inventory_positions: { location: loc, item: item, quantity: qty } }
  - source: orders
    kind: files
    system: erp
    folder: FOLDER
    pattern: 'Orders*.csv'
    format: csv
    mode: delta
    stale_after: 1h
    plant: site
    states: { order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 1 }, item: item, quantity: qty } }`,
)
const write = (name: string, ageMs: number, ...lines: string[]) => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  const at = (Date.now() - ageMs) / 1000
  utimesSync(join(folder, name), at, at)
}

let app: TestApp
beforeAll(async () => {
  app = await openApp(estate)
  const { store } = app.world
  // the source was connected two days ago; its first file is gone by now
  const long = new Date(Date.now() - 48 * hourMs).toISOString()
  await store.insert('readings', [
    { source: 'orders', path: 'Orders0.csv', modified_at: long, read_at: long, outcome: 'ok', load_seq: 1 },
  ])
  await store.insert('loads', [
    { load_seq: 1, kind: 'file', source: 'orders', name: 'Orders0.csv', loaded_at: long },
  ])
  const head = 'site,no,item,qty'
  const same = [head, 'HAM,1,A,5', 'HAM,2,A,5', 'PUN,3,A,5']
  write('Orders1.csv', 5 * hourMs, ...same)
  write('Orders2.csv', hourMs / 60, ...same)
  write('Orders3.csv', hourMs / 60, head, 'HAM,4,A,1', 'PUN,5,A,many', 'MOON,6,A,1')
  write('Stock1.csv', 5 * hourMs, 'loc,item,qty', 'L,A,5', 'L,B,5')
  write('Stock2.csv', 0)
  const sources = startSources({
    estate,
    store,
    queue: createSerialQueue(store),
    folder: join(folder, 'pulls'),
    settleMs: 0,
    log: { warn: () => undefined } as never,
  })
  await sources.pollNow()
  await sources.stop()
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const read = async (query = '') => (await app.askJson<Quality>(`/api/quality?${query}`)).body
const countsOf = ({ files }: Quality) =>
  files.map((row) => [
    `${row.source} ${row.plant}`,
    Object.fromEntries(
      row.cells.map((cell) => [cell.measure, cell.of > 0 ? [cell.count, cell.of] : cell.unknown]),
    ),
  ])

test('rows of files have the rates that can be known, and words where none can', async () => {
  const quality = await read()
  const unknown = 'no hand-off says which rows are due'
  expect(countsOf(quality)).toEqual([
    [
      'stock HAM',
      {
        completeness: unknown,
        timeliness: 'all of it is history',
        conformity: [2, 2],
        duplication: 'a snapshot repeats what stays the same',
      },
    ],
    // of no plant of the estate
    [
      'orders ',
      { completeness: unknown, timeliness: 'all of it is history', conformity: [0, 1], duplication: [0, 1] },
    ],
    ['orders HAM', { completeness: unknown, timeliness: [3, 5], conformity: [5, 5], duplication: [2, 5] }],
    ['orders PUN', { completeness: unknown, timeliness: [1, 2], conformity: [2, 3], duplication: [1, 3] }],
  ])
  expect(quality.files.map((row) => [row.files, row.unreadable, row.refused])).toEqual([
    [1, 1, 0],
    [1, 0, 1],
    [3, 0, 0],
    [3, 0, 1],
  ])
  expect(quality.sentence).toEqual({
    status: 'breach',
    lead: 'Rates of files are beyond their limits: orders. 1 could not be read.',
    rest: '11 rows were read; no message came in the range.',
  })
})

test('by plant, and not where a flow is asked for: files know none', async () => {
  expect(countsOf(await read('plant=PUN')).map(([place]) => place)).toEqual(['orders PUN'])
  expect((await read('flow=order_to_cash')).files).toEqual([])
})
