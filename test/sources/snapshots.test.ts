import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createSerialQueue, type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'

let world: FilesWorld
afterEach(() => world.close())

const stock = (more = '', columns = '') => `  - source: stock
    kind: files
    system: wms
    folder: FOLDER
    pattern: 'Stock*.csv'
    format: csv
    plant: { const: HAM }
${more}    states:
      inventory_positions:
        location: loc
        item: item
        quantity: qty
${columns}`
const open = async (more = '', columns = '') => {
  world = await openFilesWorld((folder) => filesEstate(folder, stock(more, columns)))
}
const write = (name: string, ...lines: string[]) =>
  world.write(name, ['loc,item,qty', ...lines, ''].join('\n'))
const now = () => world.current('inventory_positions', 'location, item', 'location, item, quantity')
const versions = async () =>
  Number(
    (await world.rows<{ count: string }>('SELECT count() AS count FROM inventory_positions_log'))[0]?.count,
  )
const marks = async () =>
  Number((await world.rows<{ count: string }>('SELECT count() AS count FROM watermarks'))[0]?.count)
const last = async () => (await world.readings()).at(-1)

test('a newer version of a file: only what changed is new, what it lacks is gone', async () => {
  await open()
  write('Stock.csv', 'A,1,5', 'A,2,6', 'B,1,7')
  await world.poll()
  write('Stock.csv', 'A,1,5', 'A,2,60', 'C,1,8')
  await world.poll()
  expect(await now()).toEqual([
    ['A', '1', '5'],
    ['A', '2', '60'],
    ['C', '1', '8'],
  ])
  // three, then a change, a new one and a tombstone
  expect(await versions()).toBe(6)
  write('Stock.csv', 'A,1,5', 'A,2,60', 'C,1,8', 'B,1,7')
  await world.poll()
  expect(await now()).toHaveLength(4)
})

test('a snapshot with a rejected row deletes nothing; the next whole one does', async () => {
  await open()
  write('Stock.csv', 'A,1,5', 'A,2,6', 'B,1,7')
  await world.poll()
  write('Stock.csv', 'A,1,50', 'B,1,many')
  await world.poll()
  expect(await now()).toEqual([
    ['A', '1', '50'],
    ['A', '2', '6'],
    ['B', '1', '7'],
  ])
  expect(await last()).toMatchObject({ rows: '2', rejected: '1', outcome: 'ok' })
  write('Stock.csv', 'A,1,50', 'B,1,70')
  await world.poll()
  expect(await now()).toEqual([
    ['A', '1', '50'],
    ['B', '1', '70'],
  ])
})

test.each([
  ['is empty', ''],
  ['lacks the column "qty"; it has loc, item', 'loc,item\nA,1\n'],
  ['none of its 1 rows can be taken; line 2: inventory_positions.quantity', 'loc,item,qty\nA,1,x\n'],
])('a file that %s fails: nothing changes, and the watermark stays', async (reason, content) => {
  await open()
  write('Stock.csv', 'A,1,5')
  await world.poll()
  const before = await marks()
  world.write('Stock.csv', content)
  await world.poll()
  await world.poll()
  expect(await last()).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(reason) })
  // a failure that lasts is noted once
  expect(await world.readings()).toHaveLength(2)
  expect(await now()).toEqual([['A', '1', '5']])
  expect(await marks()).toBe(before)
  write('Stock.csv', 'A,1,6')
  await world.poll()
  expect(await now()).toEqual([['A', '1', '6']])
  expect(await marks()).toBeGreaterThan(before)
})

test('a file that is still being written waits; a folder that is gone is said', async () => {
  await open()
  write('Stock.csv', 'A,1,5')
  await world.poll()
  const before = await marks()
  const path = join(world.folder, 'Stock.csv')
  writeFileSync(path, 'loc,item,qty\nA,1,5\n')
  const writing = setInterval(() => writeFileSync(path, 'B,1,5\n', { flag: 'a' }), 20)
  await world.poll()
  clearInterval(writing)
  expect(await last()).toMatchObject({ outcome: 'failed', reason: 'is still being written' })
  expect(await now()).toEqual([['A', '1', '5']])
  rmSync(world.folder, { recursive: true })
  await world.poll()
  expect(await last()).toMatchObject({ path: world.folder, outcome: 'failed' })
  expect(await marks()).toBe(before)
})

test('a file that is only touched, or read by new rules, is not doubled', async () => {
  await open()
  write('Stock.csv', 'A,1,5', 'B,1,7')
  await world.poll()
  const path = join(world.folder, 'Stock.csv')
  utimesSync(path, new Date(), new Date())
  const queue = createSerialQueue(world.store)
  await world.reopen({ queue })
  expect(queue.loads).toBe(0)
  expect(await world.readings()).toHaveLength(2)
  await world.reopen({
    queue,
    estate: filesEstate(world.folder, stock('', '        batch: { const: X1 }\n')),
  })
  expect(queue.loads).toBe(1)
  expect(await world.current('inventory_positions', 'location, item, batch', 'location, batch')).toEqual([
    ['A', 'X1'],
    ['B', 'X1'],
  ])
})

test('each file is a whole of its own: what moves to another file stays', async () => {
  await open()
  write('Stock-1.csv', 'A,1,5', 'A,2,6')
  write('Stock-2.csv', 'B,1,7')
  await world.poll()
  expect(await now()).toHaveLength(3)
  write('Stock-2.csv', 'B,1,7', 'A,2,6')
  await world.poll()
  write('Stock-1.csv', 'A,1,5')
  await world.poll()
  expect(await now()).toHaveLength(3)
  rmSync(join(world.folder, 'Stock-1.csv'))
  await world.poll()
  expect(await now()).toHaveLength(3)
})

test('dated exports: each new file replaces all before it', async () => {
  await open('    replaces: all\n')
  write('Stock-20.csv', 'A,1,5', 'A,2,6')
  write('Stock-21.csv', 'A,1,5', 'A,3,1')
  await world.poll()
  expect(await now()).toEqual([
    ['A', '1', '5'],
    ['A', '3', '1'],
  ])
  write('Stock-22.csv', 'A,3,1')
  await world.poll()
  expect(await now()).toEqual([['A', '3', '1']])
})

test('deltas add and change, the last row of a key counts, and only a row can delete', async () => {
  await open('    mode: delta\n', '        deleted: { column: gone, map: { "": "false", D: "true" } }\n')
  world.write('Stock-1.csv', 'loc,item,qty,gone\nA,1,5,\nA,2,6,\nA,1,50,\n')
  await world.poll()
  world.write('Stock-2.csv', 'loc,item,qty,gone\nA,2,6,D\nB,1,1,\n')
  await world.poll()
  expect(await now()).toEqual([
    ['A', '1', '50'],
    ['B', '1', '1'],
  ])
})

test('nothing is said of a plant before a file was read', async () => {
  await open()
  await world.poll()
  expect(await marks()).toBe(0)
  write('Stock.csv')
  await world.poll()
  // a header alone is a statement: there is no stock
  expect(await last()).toMatchObject({ outcome: 'ok', rows: '0' })
  expect(await marks()).toBe(1)
})
