import { afterAll, beforeAll, expect, test } from 'vitest'
import { carryEvents, clearStaged } from '../../sql/events-load.ts'
import { migrate } from '../../sql/migrate.ts'
import type { Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'

let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

const at = '2026-01-05T08:00:00.000Z'
const order = {
  order_type: 'sales',
  line_no: '10',
  quantity: '5',
  unit: 'BOX',
  unit_factor: '12',
  unit_price: '7',
}
const message = (id: string, load_seq: string, staging: string, more: object = {}) => ({
  ...{ kind: 'event', source: 'erp', system: 'erp', plant: 'HAM', event_id: id, type: 't', key: id },
  ...{ occurred_at: at, received_at: at, data: '{}', load_seq, staging },
  order_lines: [{ ...order, order_no: `000${id}`, version: 1 }],
  ...more,
})
const count = async (sql: string) =>
  Number((await store.rows<{ n: string }>(`SELECT count() AS n ${sql}`))[0]?.n)
const counts = async (load: string) => ({
  events: await count(`FROM business_events WHERE load_seq = ${load}`),
  receipts: await count(`FROM event_receipts WHERE load_seq = ${load}`),
  orders: await count(`FROM order_lines_log WHERE load_seq = ${load}`),
  items: await count(`FROM items_log WHERE load_seq = ${load}`),
})

test('each table gets what the load has for it, in the words of the tables', async () => {
  await store.insert('events_staged', [
    message('1', '10', '7'),
    message('2', '10', '7', { order_lines: [], items: [{ item: 'A', base_unit: 'PCE' }, { item: 'B' }] }),
    { kind: 'frame', load_seq: '10', staging: '7' },
  ])
  await carryEvents(store, { loadSeq: '10', staging: '7', token: 'ten' })
  expect(await counts('10')).toEqual({ events: 2, receipts: 2, orders: 1, items: 2 })
  expect(
    await store.rows(
      'SELECT order_no, quantity, price_factor, event_id FROM order_lines_log WHERE load_seq = 10',
    ),
  ).toEqual([{ order_no: '1', quantity: '60', price_factor: '12', event_id: '1' }])
})

test('said again under its token it changes nothing, and what another try has staged late is not of it', async () => {
  await clearStaged(store, '10')
  await store.insert('events_staged', [
    ...['1', '2', '3'].map((id) => message(id, '10', '8')),
    // and here is the first try once more, after all
    ...['1', '2'].map((id) => message(id, '10', '7')),
  ])
  await carryEvents(store, { loadSeq: '10', staging: '7', token: 'ten' })
  await carryEvents(store, { loadSeq: '10', staging: '8', token: 'ten' })
  expect(await counts('10')).toEqual({ events: 2, receipts: 2, orders: 1, items: 2 })
  await store.insert('events_staged', [message('4', '11', '1'), message('4', '11', '2')])
  await carryEvents(store, { loadSeq: '11', staging: '1', token: 'eleven' })
  expect(await counts('11')).toEqual({ events: 1, receipts: 1, orders: 1, items: 0 })
  for (const load of ['10', '11']) await clearStaged(store, load)
  expect(await count('FROM events_staged')).toBe(0)
})

test('a store from when states came by events_in loses its views, and goes on', async () => {
  await store.command('ALTER TABLE events_in ADD COLUMN items Array(Tuple(item String))')
  await store.command(
    "CREATE MATERIALIZED VIEW items_mv TO items_log AS SELECT 'X' AS plant, arrayJoin(items).item AS item FROM events_in",
  )
  await store.command('TRUNCATE TABLE schema_made')
  await migrate(store)
  await store.insert('events_staged', [message('5', '12', '1', { items: [{ item: 'C' }] })])
  await carryEvents(store, { loadSeq: '12', staging: '1', token: 'twelve' })
  expect(await counts('12')).toEqual({ events: 1, receipts: 1, orders: 1, items: 1 })
  expect(await count("FROM items_log WHERE plant = 'X'")).toBe(0)
  expect(
    await count(
      "FROM system.columns WHERE database = currentDatabase() AND table = 'events_in' AND name = 'items'",
    ),
  ).toBe(0)
})
