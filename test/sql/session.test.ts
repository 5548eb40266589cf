import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'

let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

const said = (source: string) => ({
  source,
  system: 'erp',
  plant: 'HAM',
  complete_to: new Date().toISOString(),
  received_at: new Date().toISOString(),
  load_seq: '1',
})

test('a statement does not inherit what the one before it set', async () => {
  const setting =
    "SELECT getSetting('max_threads') AS threads, getSetting('insert_deduplication_token') AS token"
  const [before] = await store.rows(setting, {}, { lane: 'load' })
  await store.rows('SELECT 1', {}, { lane: 'load', settings: { max_threads: 1 } })
  await store.insert('watermarks', [said('a')], { lane: 'load', token: 't' })
  expect(await store.rows(setting, {}, { lane: 'load' })).toEqual([before])
})

test('what a statement that failed had set is not left behind', async () => {
  const setting = "SELECT getSetting('max_threads') AS threads"
  const [before] = await store.rows(setting, {}, { lane: 'load' })
  const settings = { max_threads: 1 }
  await expect(store.rows('SELECT nothing_known', {}, { lane: 'load', settings })).rejects.toThrow(
    /nothing_known/,
  )
  expect(await store.rows(setting, {}, { lane: 'load' })).toEqual([before])
})

test('every value comes back as it was bound', async () => {
  const nasty = fc.string({ unit: fc.constantFrom(...'\\\'"`;-{}$ab0\0\b\n\t\rNé日😀'), maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(
      nasty,
      fc.array(nasty, { maxLength: 3 }),
      fc.maxSafeInteger(),
      async (text, list, number) => {
        const [row] = await store.rows<{ text: string; list: string[]; number: string; digits: string }>(
          'SELECT {text:String} AS text, {list:Array(String)} AS list, {number:Int64} AS number, {digits:String} AS digits',
          { text, list, number, digits: `00${Math.abs(number)}` },
        )
        expect(row).toEqual({ text, list, number: String(number), digits: `00${Math.abs(number)}` })
      },
    ),
    { numRuns: 100 },
  )
})

test('a value that is not given is an error, also when an earlier statement had one', async () => {
  expect(await store.rows('SELECT {a:String} AS a', { a: 'x' })).toEqual([{ a: 'x' }])
  await expect(store.rows('SELECT {a:String} AS a')).rejects.toThrow('parameter a is missing')
})

test('statements with values run beside each other, each with its own', async () => {
  const slow = store.rows('SELECT sleepEachRow(0.1) AS zero, {x:UInt8} AS x FROM numbers({n:UInt64})', {
    x: 1,
    n: 10,
  })
  let isOver = false
  void slow.then(() => {
    isOver = true
  })
  const quick = Array.from({ length: 20 }, (_, x) => store.rows('SELECT {x:UInt8} AS x', { x }))
  expect((await Promise.all(quick)).flat()).toEqual(Array.from({ length: 20 }, (_, x) => ({ x })))
  expect(isOver).toBe(false)
  expect(await slow).toEqual(Array.from({ length: 10 }, () => ({ zero: 0, x: 1 })))
})

test('an insert without a token is not taken for a repetition of the one before it', async () => {
  for (const source of ['b', 'c']) await store.insert('watermarks', [said(source)], { lane: 'load' })
  await store.insert('watermarks', [said('a')], { lane: 'load', token: 't' })
  const rows = await store.rows<{ source: string }>('SELECT source FROM watermarks ORDER BY source')
  expect(rows.map((row) => row.source)).toEqual(['a', 'b', 'c'])
})
