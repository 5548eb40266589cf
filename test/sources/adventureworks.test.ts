import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadChecks } from '../../reconcilers/check.ts'
import { createRunner, type Runner } from '../../reconcilers/runner.ts'
import { type Estate, loadEstate } from '../../server/core/estate.ts'
import { testData } from '../support/data.ts'
import { createSerialQueue, type FilesWorld, openFilesWorld } from '../support/files-world.ts'

const data = testData('adventureworks')
const estatePath = fileURLToPath(new URL('../estates/adventureworks.yaml', import.meta.url))

/** What was ordered and what arrived, joined by the engine: lines, lines received short, what they are worth. */
const shortages = `
SELECT count() AS lines, countIf(ordered > received) AS short, toString(sumIf((ordered - received) * price, ordered > received)) AS worth
FROM (
  SELECT order_no, line_no, argMax(quantity, version) AS ordered, argMax(unit_price, version) AS price
  FROM order_lines_log GROUP BY order_no, line_no HAVING NOT argMax(deleted, version)
) AS orders
INNER JOIN (
  SELECT order_no, order_line_no AS line_no, argMax(quantity, version) AS received
  FROM shipment_lines_log GROUP BY order_no, order_line_no HAVING NOT argMax(deleted, version)
) AS receipts USING (order_no, line_no)`

describe.skipIf(!data)('a real company export', () => {
  let world: FilesWorld
  let runner: Runner
  /** Runs the check now; returns what it did, and what is open after it. */
  const judge = async () => {
    const [check] = runner.checks
    const [run] = await runner.run([check as Runner['checks'][number]])
    const [did] = await world.rows(
      `SELECT outcome, reason, compared, variances, opened, closed FROM runs WHERE run = {run:String}`,
      { run: run as string },
    )
    const [open] = await world.rows(
      `SELECT count() AS open, toString(sum(amount)) AS worth, groupUniqArray(toString(class)) AS classes FROM exceptions WHERE state = 'open'`,
    )
    return { ...did, ...open }
  }
  const details = 'PurchaseOrderDetail.csv'
  const names = [details, 'ProductInventory.csv', 'Product.csv']
  const original = () => readFileSync(join(data as string, details), 'utf8').split('\n')

  beforeAll(async () => {
    let estate = undefined as unknown as Estate
    world = await openFilesWorld((folder) => {
      for (const name of names) copyFileSync(join(data as string, name), join(folder, name))
      process.env.PLUMBLINE_ADVENTUREWORKS = folder
      estate = loadEstate(estatePath)
      return estate
    })
    runner = createRunner(estate, world.store, loadChecks(estate), () => undefined, [])
  })
  afterAll(() => world.close())

  test('every row comes in, exactly', async () => {
    await world.poll()
    expect(await world.readings()).toEqual(
      expect.arrayContaining([
        { path: details, rows: '8845', rejected: '0', outcome: 'ok', reason: '' },
        { path: 'ProductInventory.csv', rows: '1069', rejected: '0', outcome: 'ok', reason: '' },
        { path: 'Product.csv', rows: '504', rejected: '0', outcome: 'ok', reason: '' },
      ]),
    )
    expect(await world.rows(shortages)).toEqual([{ lines: '8845', short: '380', worth: '551448.994' }])
    const [due] = await world.rows("SELECT due_at FROM order_lines_log WHERE order_no = '1'")
    // midnight in Bothell
    expect(due).toEqual({ due_at: '2011-04-30T07:00:00.000Z' })
    const marks = await world.rows('SELECT DISTINCT source, plant FROM watermarks ORDER BY source')
    expect(marks.map((mark) => `${mark.source} ${mark.plant}`)).toEqual([
      'products BOT',
      'purchase_orders BOT',
      'receipts BOT',
      'stock BOT',
    ])
  })

  test('a second poll, and a restart, read nothing', async () => {
    const queue = createSerialQueue(world.store)
    await world.reopen({ queue })
    await world.poll()
    expect(queue.loads).toBe(0)
  })

  test('ordered and received: exactly the known shortages, and a second run finds nothing new', async () => {
    const found = { outcome: 'ok', reason: '', compared: '8845', variances: '380', closed: '0' }
    const open = { open: '380', worth: '551448.994', classes: ['short'] }
    expect(await judge()).toEqual({ ...found, opened: '380', ...open })
    expect(await judge()).toEqual({ ...found, opened: '0', ...open })
  })

  test('a newer file changes only what it changes', async () => {
    const lines = original()
    const at = lines.findIndex((line) => Number(line.split('\t')[3]) > Number(line.split('\t')[7]))
    const cells = (lines[at] as string).split('\t')
    cells[7] = cells[3] as string
    lines[at] = cells.join('\t')
    world.write(details, lines.join('\n'))
    await world.poll()
    expect(await world.rows(shortages)).toMatchObject([{ lines: '8845', short: '379' }])
    const changed =
      'SELECT count() AS count FROM {table:Identifier} WHERE version = (SELECT max(version) FROM {table:Identifier})'
    expect(await world.rows(changed, { table: 'shipment_lines_log' })).toEqual([{ count: '1' }])
    expect(await world.rows(changed, { table: 'order_lines_log' })).toEqual([{ count: '8845' }])
  })

  test('a line that a newer file lacks is gone on both sides', async () => {
    // the mended shortage is back in this one, and an order with a shortage is gone
    const isShort = (line: string) => Number(line.split('\t')[3]) > Number(line.split('\t')[7])
    const order = original().filter(isShort).at(-1)?.split('\t')[0] as string
    const isOfOrder = (line: string) => line.startsWith(`${order}\t`)
    const lines = original().filter((line) => !isOfOrder(line))
    const removed = original().filter(isOfOrder)
    world.write(details, lines.join('\n'))
    await world.poll()
    expect(await world.rows(shortages)).toMatchObject([{ lines: String(8845 - removed.length) }])
    const gone = await world.rows(
      'SELECT order_no, line_no, item FROM order_lines_log WHERE deleted ORDER BY line_no',
    )
    expect(gone).toHaveLength(removed.length)
    // a tombstone still says what it was
    expect(gone[0]).toMatchObject({ order_no: order, item: expect.stringMatching(/\d+/) })
    const short = removed.filter(isShort).length
    // a case closes after two runs that agree
    expect(await judge()).toMatchObject({ outcome: 'ok', closed: '0', open: '380' })
    expect(await judge()).toMatchObject({ outcome: 'ok', closed: String(short), open: String(380 - short) })
  })
})
