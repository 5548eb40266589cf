import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeReferences } from '../../collectors/spool/references.ts'
import { contractEstate, goodOrder } from '../support/contract-estate.ts'
import { type Ingest, openIngest } from '../support/ingest.ts'

let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(contractEstate())
})
afterAll(() => ingest.close())

const [line] = goodOrder().states.order_lines
const event = (id: string, item: string, partner?: string, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'erp',
  type: 'order.accepted',
  subject: id,
  time: '2026-01-05T08:00:00Z',
  plant: 'HAM',
  dataschema: 'urn:order:1',
  ...(partner === undefined ? {} : { partner }),
  data: { note: 'a } and a "', states: { order_lines: [{ ...line, order_no: id, item }] } },
  ...more,
})
const stating = (id: string, states: object, more: Record<string, unknown> = {}) => ({
  ...event(id, ''),
  type: 'stated',
  data: { states },
  ...more,
})
/** Sends events as one segment, and waits until it is loaded. */
const load = async (...events: object[]) => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' }
  const answer = await ingest.post('/v1/events', JSON.stringify(events), headers)
  expect(await answer.json()).toMatchObject({ accepted: events.length, quarantined: 0 })
  await ingest.loader.drain()
}
const names = async (sql: string) =>
  (await ingest.store.rows<{ id: string }>(sql)).map((row) => row.id).sort()
const taken = (prefix: string) =>
  names(`SELECT event_id AS id FROM business_events FINAL WHERE startsWith(event_id, '${prefix}')`)
const refused = (prefix: string) =>
  ingest.store.rows<{ message_id: string; reasons: string[]; codes: string[]; body: string }>(
    'SELECT message_id, reasons, codes, body, flow FROM quarantine FINAL WHERE startsWith(message_id, {prefix:String}) ORDER BY message_id',
    { prefix },
  )

test('a message that names what no system has stated is in quarantine, whole, and nothing of it counts', async () => {
  const sent = event('a1', 'NO-1', 'C-9', { extra: 'kept' })
  await load(sent)
  expect(await taken('a')).toEqual([])
  const [row] = await refused('a')
  expect(row).toMatchObject({
    reasons: [
      'partner: expected a key of partners that some system has stated, found "C-9"',
      'data.states.order_lines[0].item: expected a key of items that some system has stated, found "NO-1"',
    ],
    codes: ['reference.unknown', 'reference.unknown'],
    flow: 'order_to_cash',
  })
  expect(JSON.parse(row?.body ?? '')).toEqual(sent)
  expect(await names("SELECT order_no AS id FROM order_lines_log WHERE event_id = 'a1'")).toEqual([])
})

test('once both are stated the same message is taken under a new id', async () => {
  await load(
    stating('b-master', {
      items: [{ item: 'NO-1' }],
      partners: [{ partner: 'C-9', name: 'Nine', role: 'customer' }],
    }),
  )
  await load(event('b1', 'NO-1', 'C-9'))
  expect(await taken('b1')).toEqual(['b1'])
  expect(await names("SELECT order_no AS id FROM order_lines_log WHERE event_id = 'b1'")).toEqual(['b1'])
  expect(await names("SELECT name AS id FROM partners_log WHERE partner = 'C-9'")).toEqual(['Nine'])
})

test('item and order in one segment are taken, in whatever order, and leading zeros do not count', async () => {
  await load(event('c1', '0042'), stating('c-master', { items: [{ item: '42' }] }), event('c2', '00042'))
  expect(await taken('c')).toEqual(['c-master', 'c1', 'c2'])
})

test('what is broken otherwise has all its reasons together, and what it states does not count', async () => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' }
  const broken = event('d1', 'NO-D1', undefined, { plant: 'XXX' })
  const alsoBroken = stating('d2', { items: [{ item: 'NO-D2' }] }, { plant: 'XXX' })
  await ingest.post('/v1/events', JSON.stringify([broken, alsoBroken, event('d3', 'NO-D2')]), headers)
  await ingest.loader.drain()
  expect((await refused('d')).map((row) => [row.message_id, row.codes])).toEqual([
    ['d1', ['plant.unknown', 'reference.unknown']],
    ['d2', ['plant.unknown']],
    ['d3', ['reference.unknown']],
  ])
})

test('what a refused message states counts for nobody, however long the chain', async () => {
  const both = (id: string, item: string, states: string) =>
    event(id, item, undefined, {
      data: { states: { order_lines: [{ ...line, order_no: id, item }], items: [{ item: states }] } },
    })
  await load(
    both('e1', 'NO-E', 'E-1'),
    both('e2', 'E-1', 'E-2'),
    both('e3', 'E-2', 'E-3'),
    event('e4', 'E-3'),
  )
  expect(await taken('e')).toEqual([])
  expect(await names("SELECT item AS id FROM items_log WHERE startsWith(item, 'E-')")).toEqual([])
})

test('what was deleted is no longer there', async () => {
  await load(stating('f1', { items: [{ item: 'F-1', version: 1 }] }), event('f2', 'F-1'))
  await load(stating('f3', { items: [{ item: 'F-1', version: 2, deleted: true }] }))
  await load(event('f4', 'F-1'))
  expect(await taken('f')).toEqual(['f1', 'f2', 'f3'])
  expect((await refused('f')).map((row) => row.message_id)).toEqual(['f4'])
})

test('data that is only text, and a reference in an attribute, come whole into quarantine', async () => {
  const sent = { ...event('g1', ''), partner: 'C-0', data: '{"is": "text"}', datacontenttype: 'text/plain' }
  const headers = { 'content-type': 'application/cloudevents+json' }
  await ingest.post('/v1/events', JSON.stringify(sent), headers)
  await ingest.loader.drain()
  expect(JSON.parse((await refused('g'))[0]?.body ?? '')).toEqual(sent)
})

test('ten thousand unknown names in one segment', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => event(`h${index}`, `H-${index}`))
  await load(...many)
  const [row] = await ingest.store.rows<{ rows: string; codes: string }>(
    "SELECT count() AS rows, countIf(codes = ['reference.unknown']) AS codes FROM quarantine FINAL WHERE startsWith(message_id, 'h')",
  )
  expect(row).toEqual({ rows: '10000', codes: '10000' })
})

describe('a judgement that was cut off', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-references-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'segment')
  const ref = (value: string) => [{ path: 'p', entity: 'items', value }]
  const verdicts = (seq: string) =>
    names(`SELECT DISTINCT value AS id FROM event_verdicts WHERE load_seq = ${seq}`)

  test('ends the same when it is done again, whatever was stated meanwhile but not before it', async () => {
    const lines = [
      { kind: 'event', source: 'erp', event_id: '1', refs: ref('J-1'), items: [{ item: 'J-2' }] },
      { kind: 'event', source: 'erp', event_id: '2', refs: ref('J-2') },
      { kind: 'event', source: 'erp', event_id: '3', refs: ref('J-3'), items: [{ item: 'J-4' }] },
      { kind: 'event', source: 'erp', event_id: '4', refs: ref('J-4') },
    ]
    writeFileSync(path, lines.map((each) => JSON.stringify(each)).join('\n'))
    await load(stating('j-before', { items: [{ item: 'J-3' }] }))
    const seq = String(Date.now() * 1000)
    const segment = { path, name: 'cut-off' }
    await judgeReferences(ingest.store, contractEstate(), segment, seq)
    expect(await verdicts(seq)).toEqual(['J-1', 'J-2'])
    // a load that came later, and one that was never committed
    await load(stating('j-after', { items: [{ item: 'J-1' }] }))
    await judgeReferences(ingest.store, contractEstate(), segment, seq)
    expect(await verdicts(seq)).toEqual(['J-1', 'J-2'])
    // cut off after names were staged and some verdicts written, and before any were
    for (const lost of ['J-2', 'J-1', 'J-']) {
      await ingest.store.command(
        `ALTER TABLE event_verdicts DELETE WHERE startsWith(value, {lost:String}) SETTINGS mutations_sync = 2`,
        { lost },
      )
      await judgeReferences(ingest.store, contractEstate(), segment, seq)
      expect(await verdicts(seq)).toEqual(['J-1', 'J-2'])
    }
  })

  test('what stands in the log without a committed load was never stated', async () => {
    writeFileSync(path, JSON.stringify({ kind: 'event', source: 'erp', event_id: '1', refs: ref('K-1') }))
    await ingest.store.insert('items_log', [
      { plant: 'HAM', system: 'erp', item: 'K-1', version: 1, deleted: false, load_seq: '1' },
    ])
    const seq = String(Date.now() * 1000)
    await judgeReferences(ingest.store, contractEstate(), { path, name: 'uncommitted' }, seq)
    expect(await verdicts(seq)).toEqual(['K-1'])
  })
})
