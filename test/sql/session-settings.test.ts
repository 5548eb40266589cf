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

test('an insert without a token is not taken for a repetition of the one before it', async () => {
  for (const source of ['b', 'c']) await store.insert('watermarks', [said(source)], { lane: 'load' })
  await store.insert('watermarks', [said('a')], { lane: 'load', token: 't' })
  const rows = await store.rows<{ source: string }>('SELECT source FROM watermarks ORDER BY source')
  expect(rows.map((row) => row.source)).toEqual(['a', 'b', 'c'])
})
