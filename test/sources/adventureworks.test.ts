import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  const details = 'PurchaseOrderDetail.csv'
  const names = [details, 'ProductInventory.csv', 'Product.csv']
  const original = () => readFileSync(join(data as string, details), 'utf8').split('\n')

  beforeAll(async () => {
    world = await openFilesWorld((folder): Estate => {
      for (const name of names) copyFileSync(join(data as string, name), join(folder, name))
      process.env.PLUMBLINE_ADVENTUREWORKS = folder
      return loadEstate(estatePath)
    })
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
    const lines = original().filter((line) => !line.startsWith('4\t'))
    const removed = original().length - lines.length
    world.write(details, lines.join('\n'))
    await world.poll()
    expect(await world.rows(shortages)).toMatchObject([{ lines: String(8845 - removed) }])
    const gone = await world.rows(
      'SELECT order_no, line_no, item FROM order_lines_log WHERE deleted ORDER BY line_no',
    )
    expect(gone).toHaveLength(removed)
    // a tombstone still says what it was
    expect(gone[0]).toMatchObject({ order_no: '4', item: expect.stringMatching(/\d+/) })
  })
})
