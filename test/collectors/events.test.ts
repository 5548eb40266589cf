import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWatermarks } from '../../sql/watermarks.ts'
import { testData } from '../support/data.ts'
import { type Ingest, openIngest } from '../support/ingest.ts'
import { readQuarantine } from '../support/quarantine.ts'
import { scenarioEstate } from '../support/scenario.ts'

const structured = { 'content-type': 'application/cloudevents+json' }
const batched = { 'content-type': 'application/cloudevents-batch+json' }
let ingest: Ingest
const estate = scenarioEstate(`
units: [{ unit: PCE, aliases: [ST] }, { unit: BOX, base: PCE, factor: 12 }]
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    ends_early: [order.cancelled]
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: order.created }
      - { stage: accepted, name: Accepted, role: erp, event: order.accepted, handoff: { name: Order, objective: 60s } }
`)
beforeAll(async () => {
  ingest = await openIngest(estate)
})
afterAll(() => ingest.close())

const line = {
  order_type: 'sales',
  order_no: '0088',
  line_no: '000010',
  item: 'DX-40',
  quantity: '5',
  unit: 'BOX',
  unit_price: '712.00',
  currency: 'EUR',
  status: 'open',
}
const event = (id: string, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'crm',
  type: 'order.created',
  subject: 'SO-1',
  time: '2026-01-05T09:00:00.123+01:00',
  plant: 'HAM',
  traceparent: '00-7c1e04a9d2b84f6fa0935be1c47d2f18-5f20c9e1a3b4c5d6-01',
  data: { states: { order_lines: [line] } },
  ...more,
})
const send = (value: unknown, headers: Record<string, string> = structured) =>
  ingest.post('/v1/events', JSON.stringify(value), headers)

test('an event becomes a fact, a stage reached and a state, in base units and with normalised keys', async () => {
  const answer = await send(event('a1'))
  expect([answer.status, await answer.json()]).toEqual([
    202,
    { accepted: 1, quarantined: 0, deviating: 0, reasons: [] },
  ])
  await ingest.loader.drain()
  const facts = await ingest.store.query('events_of_key', {
    plant: 'HAM',
    key: 'SO-1',
    event_ids: [],
    hours: [],
    limit: 10,
  })
  expect(facts).toMatchObject([
    {
      event_id: 'a1',
      system: 'crm',
      flow: 'order_to_cash',
      stage: 'ordered',
      occurred_at: '2026-01-05T08:00:00.123Z',
      trace_id: '7c1e04a9d2b84f6fa0935be1c47d2f18',
    },
  ])
  const states = await ingest.store.rows(
    'SELECT order_no, line_no, quantity, unit, unit_price, price_unit, price_factor, version FROM order_lines_log',
  )
  expect(states).toEqual([
    {
      order_no: '88',
      line_no: '10',
      quantity: '60',
      unit: 'PCE',
      // a price stays as it was stated: for a box
      unit_price: '712',
      price_unit: 'BOX',
      price_factor: '12',
      version: String(Date.parse('2026-01-05T08:00:00.123Z')),
    },
  ])
})

test('a repeated id is harmless, in one batch, in two and after a restart of the sender', async () => {
  await send([event('a1'), event('a1')], batched)
  await send(event('a1'))
  await ingest.loader.drain()
  expect(
    await ingest.store.query('events_of_key', {
      plant: 'HAM',
      key: 'SO-1',
      event_ids: [],
      hours: [],
      limit: 10,
    }),
  ).toHaveLength(1)
  expect(await ingest.store.rows('SELECT key, stage FROM flow_progress FINAL')).toEqual([
    { key: 'SO-1', stage: 'ordered' },
  ])
})

test('a deletion says only what is gone', async () => {
  const gone = { order_type: 'sales', order_no: '88', line_no: '10', deleted: true }
  const answer = await send(event('d1', { subject: 'SO-D', data: { states: { order_lines: [gone] } } }))
  expect(await answer.json()).toMatchObject({ accepted: 1, quarantined: 0 })
  const { order_no, ...nameless } = gone
  const refused = await send(event('d2', { subject: 'SO-D', data: { states: { order_lines: [nameless] } } }))
  expect(await refused.json()).toMatchObject({ quarantined: 1 })
  await ingest.loader.drain()
  const rows = await ingest.store.rows(`SELECT deleted FROM order_lines_log WHERE event_id = 'd1'`)
  expect([rows, order_no]).toEqual([[{ deleted: true }], '88'])
})

test('binary mode and gzip say the same', async () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': 'b1',
    'ce-source': 'erp',
    'ce-type': 'order.accepted',
    'ce-subject': 'SO%2D1',
    'ce-plant': 'HAM',
    'ce-time': '2026-01-05T08:01:00Z',
    'content-type': 'application/json',
  }
  expect((await ingest.post('/v1/events', '{"note":"x"}', headers)).status).toBe(202)
  expect(
    (
      await ingest.post('/v1/events', gzipSync(JSON.stringify(event('b2'))), {
        ...structured,
        'content-encoding': 'gzip',
      })
    ).status,
  ).toBe(202)
  await ingest.loader.drain()
  const ids = (
    await ingest.store.query('events_of_key', {
      plant: 'HAM',
      key: 'SO-1',
      event_ids: [],
      hours: [],
      limit: 10,
    })
  ).map((row) => row.event_id)
  expect(ids.sort()).toEqual(['a1', 'b1', 'b2'])
})

test('a watermark without a plant speaks for every plant of its system', async () => {
  await send({
    specversion: '1.0',
    id: 'w1',
    source: 'erp',
    type: 'com.plumbline.watermark.v1',
    time: '2026-01-05T08:05:00Z',
  })
  await ingest.loader.drain()
  const rows = await readWatermarks(ingest.store, estate.sources, new Date())
  expect(rows.map((row) => [row.source, row.plant, row.claimed.toISOString()]).sort()).toEqual([
    ['erp', 'HAM', '2026-01-05T08:05:00.000Z'],
    ['erp', 'SHF', '2026-01-05T08:05:00.000Z'],
  ])
})

describe('quarantine', () => {
  test.each([
    ['an unknown source', { source: 'mars' }, /source: "mars" is not the origin/],
    ['an unknown plant', { plant: 'XXX' }, /plant: "XXX" is not a plant/],
    ['no plant', { plant: null }, /plant: is missing/],
    ['no key', { subject: null }, /subject: is missing/],
    [
      'a time in the future',
      { time: new Date(Date.now() + 3_600_000).toISOString() },
      /in the future; at most 60 s/,
    ],
    ['a broken trace', { traceparent: 'xx' }, /traceparent: "xx"/],
    ['an unknown entity', { data: { states: { moons: [] } } }, /data.states.moons: is not an entity/],
    [
      'an unknown column',
      { data: { states: { order_lines: [{ ...line, colour: 'red' }] } } },
      /order_lines\[0\].colour: is not a column/,
    ],
    [
      'a missing column',
      { data: { states: { order_lines: [{ ...line, quantity: undefined }] } } },
      /quantity: is missing/,
    ],
    [
      'a quantity that is none',
      { data: { states: { order_lines: [{ ...line, quantity: '1,5' }] } } },
      /quantity: expected a decimal/,
    ],
    [
      'a transfer to a plant nobody knows',
      {
        data: {
          states: {
            shipment_lines: [
              {
                direction: 'transfer_out',
                to_plant: 'XXX',
                shipment_no: '1',
                line_no: '1',
                order_no: 'T1',
                order_line_no: '1',
                quantity: '1',
              },
            ],
          },
        },
      },
      /to_plant: "XXX" is not a plant/,
    ],
    [
      'a word outside its list',
      { data: { states: { order_lines: [{ ...line, order_type: 'barter' }] } } },
      /order_type: expected one of sales, purchase/,
    ],
    [
      'a JSON number whose digits are lost',
      { data: { states: { order_lines: [{ ...line, quantity: 2 ** 53 }] } } },
      /quantity: expected text: a number of more than 15 digits/,
    ],
    [
      'a moment before the calendar of the store',
      { data: { states: { order_lines: [{ ...line, due_at: '0000-01-01T00:00:00Z' }] } } },
      /due_at: expected a moment of RFC 3339, not before 1900/,
    ],
    ['a time before 1970', { time: '1850-01-01T00:00:00Z' }, /time: 1850-01-01T00:00:00Z is before 1970/],
    [
      'an unknown unit',
      { data: { states: { order_lines: [{ ...line, unit: 'FURLONG' }] } } },
      /"FURLONG" is not a unit/,
    ],
  ])('%s: accepted, kept with its reason, and nothing of it counts', async (_name, more, reason) => {
    const id = `q-${reason.source.slice(0, 30)}`
    const answer = await send(event(id, { subject: 'SO-Q', ...more }))
    expect(answer.status).toBe(202)
    const body = (await answer.json()) as { quarantined: number; reasons: { reasons: string[] }[] }
    expect(body.quarantined).toBe(1)
    expect(body.reasons[0]?.reasons.join('\n')).toMatch(reason)
    await ingest.loader.drain()
    const [row] = (await readQuarantine(ingest.store, 100)).filter((candidate) => candidate.message_id === id)
    expect(row?.reasons.join('\n')).toMatch(reason)
    expect(JSON.parse(row?.body ?? '{}').id).toBe(id)
    expect(
      await ingest.store.query('events_of_key', {
        plant: 'HAM',
        key: 'SO-Q',
        event_ids: [],
        hours: [],
        limit: 10,
      }),
    ).toEqual([])
  })
})

test('what only looks odd does not hold up what follows', async () => {
  const odd = [
    event('o1', { data: { note: 'half a pair \ud800', states: { order_lines: [line] } } }),
    event('o2', {
      data: { states: { order_lines: [{ ...line, due_at: '2026-04-05t18:31:00.123456789+05:30' }] } },
    }),
    // as many months as an estate may allow
    ...Array.from({ length: 94 }, (_, month) =>
      event(`o3-${month}`, { time: new Date(Date.now() - (month + 1) * 30.44 * 86_400_000).toISOString() }),
    ),
  ].map((value) => ({ ...value, subject: 'SO-ODD' }))
  expect((await send(odd, batched)).status).toBe(202)
  await ingest.loader.drain()
  const facts = await ingest.store.query('events_of_key', {
    plant: 'HAM',
    key: 'SO-ODD',
    event_ids: [],
    hours: [],
    limit: 1000,
  })
  expect(facts).toHaveLength(96)
  const due = await ingest.store.rows("SELECT due_at FROM order_lines_log WHERE event_id = 'o2'")
  expect(due).toEqual([{ due_at: '2026-04-05T13:01:00.123Z' }])
})

test('a broken message sent again is one row; another message of the same id is its own', async () => {
  const twice = event('again', { plant: 'XYZ' })
  for (const value of [twice, twice, event('again', { plant: 'ABC' })]) await send(value)
  await ingest.loader.drain()
  const rows = await readQuarantine(ingest.store, 1000)
  expect(rows.filter((row) => row.message_id === 'again')).toHaveLength(2)
})

describe('what is no CloudEvent', () => {
  test('is refused whole, with every reason and where it stands', async () => {
    const answer = await send([event('n1', { subject: 'SO-N' }), { id: 25 }, 'x'], batched)
    expect(answer.status).toBe(400)
    const { error } = (await answer.json()) as {
      error: { code: string; details: { where: string; message: string }[] }
    }
    expect(error.code).toBe('event_invalid')
    expect(error.details.map((detail) => detail.where)).toEqual(['[1]', '[1]', '[1]', '[1]', '[2]'])
    await ingest.loader.drain()
    expect(
      await ingest.store.query('events_of_key', {
        plant: 'HAM',
        key: 'SO-N',
        event_ids: [],
        hours: [],
        limit: 10,
      }),
    ).toEqual([])
  })
  test('neither JSON nor an event in headers', async () => {
    expect((await ingest.post('/v1/events', '{', structured)).status).toBe(400)
    expect((await ingest.post('/v1/events', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
  })
  test.each([
    [
      'half a surrogate pair in an attribute',
      JSON.stringify(event('s', { subject: 'A\ud800' })),
      /subject: holds/,
    ],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
    [
      'data nested too deep to be written again',
      JSON.stringify(event('d', { data: '@' })).replace('"@"', '['.repeat(20_000) + ']'.repeat(20_000)),
      /nested too deep/,
    ],
  ])('%s', async (_name, body, reason) => {
    const answer = await ingest.post('/v1/events', body, structured)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: { message: string } }).error.message).toMatch(reason)
  })
})

const folder = testData('cloudevents')
describe.skipIf(folder === null)('the conformance vectors', () => {
  type Vector = { id: string; event?: unknown; batch?: unknown[] }
  const vectors = (file: string): Vector[] =>
    folder === null ? [] : JSON.parse(readFileSync(join(folder, 'json', file), 'utf8')).tests
  test.each(vectors('valid-events.json').map((vector) => [vector.id, vector.event]))(
    '%s is accepted',
    async (_id, value) => {
      expect((await send(value)).status).toBe(202)
    },
  )
  test.each(vectors('valid-batches.json').map((vector) => [vector.id, vector.batch]))(
    '%s is accepted',
    async (_id, value) => {
      expect((await send(value, batched)).status).toBe(202)
    },
  )
  const refusals = new Map<string, string>()
  const refuse = async (id: string, answer: Response) => {
    expect(answer.status, id).toBe(400)
    const { error } = (await answer.json()) as { error: { message: string } }
    refusals.set(id, error.message)
  }
  test.each(vectors('invalid-events.json').map((vector) => [vector.id, vector.event]))(
    '%s is refused',
    async (id, value) => refuse(id as string, await send(value)),
  )
  test.each(vectors('invalid-batches.json').map((vector) => [vector.id, vector.batch]))(
    '%s is refused',
    async (id, value) => refuse(id as string, await send(value, batched)),
  )
  test('each with its own reason: it names the attribute', () => {
    const named: Record<string, RegExp> = {
      invalidNoSpecVersion: /specversion: is missing/,
      invalidNoId: /id: is missing/,
      invalidNoType: /type: is missing/,
      invalidNoSource: /source: is missing/,
      invalidEmptyId: /id: may not be empty/,
      invalidNumericId: /id: expected text, found number/,
      invalidObjectId: /id: expected text, found object/,
      invalidEmptySubject: /subject: may not be empty/,
      invalidEmptyDataSchema: /dataschema: may not be empty/,
      invalidUnknownSpecVersion: /specversion: expected "1.0"/,
      invalidCapitalizedExtension: /MyExtension: attribute names/,
      invalidPunctuatedExtension: /my.extension: attribute names/,
      invalidBothDataAndDataBase64: /data: stands beside data_base64/,
      invalidNonRfc2046DataContentType: /datacontenttype: expected a media type/,
      invalidBatchContainingNonObject: /\[0\] an event is a JSON object/,
    }
    for (const [id, reason] of Object.entries(named)) expect(refusals.get(id), id).toMatch(reason)
    for (const [id, message] of refusals)
      if (id.startsWith('invalidTime')) expect(message, id).toMatch(/time: expected RFC 3339/)
    expect(refusals.size).toBe(28)
  })
  test('the shape of an S/4HANA event is understood', async () => {
    const value = JSON.parse(readFileSync(join(folder as string, 's4/SalesOrder.Changed.json'), 'utf8'))
    expect((await send(value)).status).toBe(202)
  })
})
