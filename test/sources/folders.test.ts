import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSerialQueue, type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'

/** One world; each source has a folder of its own, and orders of its own. */
let world: FilesWorld

const source = (name: string, settings: string) => `  - source: ${name}
    kind: files
    system: wms
    folder: FOLDER/${name}
    pattern: '*.csv'
    format: csv
    poll: 1h
    plant: { const: HAM }
    states:
      order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 1 }, quantity: qty }
${settings}`
const sources = [
  source('marked', "    done: '{name}.done'\n"),
  source('stems', "    done: '{stem}.fin'\n    after: { move: archive/ }\n    mode: delta\n"),
  source('renamed', ''),
  source('deleted', '    after: delete\n    mode: delta\n'),
  source('moved', '    after: { move: ./archive }\n    recursive: true\n    mode: delta\n'),
  source('nested', '    recursive: true\n'),
]
let estate: ReturnType<typeof filesEstate>
beforeAll(async () => {
  world = await openFilesWorld((folder) => {
    estate = filesEstate(folder, sources.join(''))
    return estate
  })
  for (const text of sources) mkdirSync(join(world.folder, /source: (\S+)/.exec(text)?.[1] as string))
})
afterAll(() => world.close())

const rows = (...lines: string[]) => ['no,qty', ...lines].join('\n')
const now = async (from: string) =>
  (
    await world.rows<{ line: string }>(
      `SELECT order_no || ' ' || toString(argMax(quantity, version)) AS line FROM order_lines_log
       WHERE source = {from:String} AND load_seq IN (SELECT load_seq FROM loads) GROUP BY order_no HAVING NOT argMax(deleted, version) ORDER BY line`,
      { from },
    )
  ).map(({ line }) => line)
const readings = (from: string) =>
  world.rows<{ path: string; outcome: string; reason: string }>(
    'SELECT path, outcome, reason FROM readings WHERE source = {from:String} ORDER BY read_at',
    { from },
  )
const there = (from: string) =>
  readdirSync(join(world.folder, from), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(world.folder, from).length + 1))
    .sort()

test('a file is read once its marker is there, again when both were replaced, and not by the marker of the file before', async () => {
  world.write('marked/a.csv', rows('1,1'))
  await world.poll()
  expect(await readings('marked')).toEqual([
    { path: 'a.csv', outcome: 'failed', reason: 'waits for a.csv.done' },
  ])
  world.write('marked/a.csv.done', '')
  await world.poll()
  expect(await now('marked')).toEqual(['1 1'])
  world.write('marked/a.csv', rows('1,2', '2,2'))
  await world.poll()
  expect(await now('marked')).toEqual(['1 1'])
  expect((await readings('marked')).at(-1)?.reason).toBe('waits for a.csv.done, which is older than it')
  world.write('marked/a.csv.done', '')
  await world.poll()
  expect(await now('marked')).toEqual(['1 2', '2 2'])
  // who takes the marker away says nothing
  rmSync(join(world.folder, 'marked/a.csv.done'))
  await world.poll()
  expect((await readings('marked')).at(-1)?.outcome).toBe('ok')
})

test('while a file is missing its marker the source is not complete', async () => {
  world.write('marked/b.csv', rows('3,3'))
  const newest = async () =>
    (
      await world.rows<{ at: string }>(
        "SELECT max(complete_to) AS at FROM watermarks WHERE source = 'marked'",
      )
    )[0]?.at
  const before = await newest()
  await world.poll()
  expect(await newest()).toBe(before)
  world.write('marked/b.csv.done', '')
  await world.poll()
  expect(await newest()).not.toBe(before)
  expect(await now('marked')).toEqual(['1 2', '2 2', '3 3'])
})

test('what is written under another name is not read before it has its own; what shrinks or is replaced is read anew', async () => {
  world.write('renamed/a.csv.tmp', rows('1,1', '2,2'))
  world.write('renamed/.b.csv', rows('9,9'))
  await world.poll()
  expect(await now('renamed')).toEqual([])
  renameSync(join(world.folder, 'renamed/a.csv.tmp'), join(world.folder, 'renamed/a.csv'))
  await world.poll()
  expect(await now('renamed')).toEqual(['1 1', '2 2'])
  world.write('renamed/a.csv', rows('2,2'))
  await world.poll()
  expect(await now('renamed')).toEqual(['2 2'])
  world.write('renamed/c.csv.part', rows('3,3'))
  renameSync(join(world.folder, 'renamed/c.csv.part'), join(world.folder, 'renamed/a.csv'))
  await world.poll()
  expect(await now('renamed')).toEqual(['3 3'])
})

test('files are deleted only once they are in the store, what could not be read stays; a process that died in between does it later', async () => {
  world.write('deleted/a.csv', rows('1,1'))
  world.write('deleted/b.csv', 'other,columns\n1,1')
  // dies after the load and before the file is deleted: to this process it never came back
  const queue = createSerialQueue(world.store)
  await world.reopen({
    estate,
    queue: {
      submit: async (job) => {
        await queue.submit(job)
        throw new Error('died')
      },
    },
  })
  expect(there('deleted')).toEqual(['a.csv', 'b.csv'])
  await world.reopen()
  expect(there('deleted')).toEqual(['b.csv'])
  expect(await now('deleted')).toEqual(['1 1'])
  world.write('deleted/a.csv', rows('2,2'))
  await world.reopen({ estate, queue: { submit: () => Promise.reject(new Error('no store')) } })
  expect(there('deleted')).toEqual(['a.csv', 'b.csv'])
  await world.reopen()
  expect(await now('deleted')).toEqual(['1 1', '2 2'])
  expect(there('deleted')).toEqual(['b.csv'])
})

test('files are moved with their markers, never over another, and what was moved is not read again', async () => {
  mkdirSync(join(world.folder, 'moved/day'))
  world.write('moved/day/a.csv', rows('1,1'))
  world.write('moved/b.csv', rows('2,2'))
  world.write('stems/c.csv', rows('3,3'))
  world.write('stems/c.fin', '')
  await world.poll()
  expect(there('moved')).toEqual(['archive/b.csv', 'archive/day/a.csv'])
  expect(there('stems')).toEqual(['archive/c.csv', 'archive/c.fin'])
  world.write('moved/b.csv', rows('2,3'))
  await world.poll()
  await world.poll()
  expect(there('moved')).toEqual([
    expect.stringMatching(/^archive\/b\.\d{4}-\d\d-\d\dT[\d-]+Z\.csv$/),
    'archive/b.csv',
    'archive/day/a.csv',
  ])
  expect(await now('moved')).toEqual(['1 1', '2 3'])
  expect((await readings('moved')).length).toBe(3)
  expect(existsSync(join(world.folder, 'moved/b.csv'))).toBe(false)
})

test('folders below are read when told, each file by its path; one that is taken away deletes nothing', async () => {
  mkdirSync(join(world.folder, 'nested/x/y'), { recursive: true })
  world.write('nested/a.csv', rows('1,1'))
  world.write('nested/x/a.csv', rows('2,2'))
  world.write('nested/x/y/a.csv', rows('3,3'))
  await world.poll()
  expect(await now('nested')).toEqual(['1 1', '2 2', '3 3'])
  rmSync(join(world.folder, 'nested/x/y'), { recursive: true })
  await world.poll()
  expect(await now('nested')).toEqual(['1 1', '2 2', '3 3'])
  expect((await readings('nested')).map(({ path }) => path).sort()).toEqual(['a.csv', 'x/a.csv', 'x/y/a.csv'])
})
