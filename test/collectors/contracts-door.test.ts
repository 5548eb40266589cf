import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractEstate, goodOrder } from '../support/contract-estate.ts'
import { type Ingest, openIngest } from '../support/ingest.ts'

let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(contractEstate())
})
afterAll(() => ingest.close())

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const event = (id: string, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'crm',
  type: 'order.created',
  subject: id,
  time: minutesAgo(5),
  plant: 'HAM',
  partner: 'C-1',
  data: goodOrder(),
  ...more,
})
type Message = Record<string, unknown>
type Answer = { accepted: number; quarantined: number; deviating: number; reasons: { codes: string[] }[] }
const send = async (...events: object[]): Promise<Answer> => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' }
  const answer = await ingest.post('/v1/events', JSON.stringify(events), headers)
  expect(answer.status).toBe(202)
  return (await answer.json()) as Answer
}
const quarantined = async (id: string) => {
  const rows = await ingest.store.rows<{ reasons: string[]; codes: string[]; body: string; flow: string }>(
    'SELECT reasons, codes, body, flow, stage, partner FROM quarantine FINAL WHERE message_id = {id:String}',
    { id },
  )
  return rows[0]
}
const facts = (id: string) =>
  ingest.store.rows<{ deviations: string[]; partner: string }>(
    'SELECT deviations, partner FROM business_events FINAL WHERE event_id = {id:String}',
    { id },
  )
const order = (data: Record<string, unknown>) => ({ data: { ...goodOrder(), ...data } })
const [line] = goodOrder().states.order_lines

describe('every rule: what keeps it is let in, what breaks it is in quarantine with its reason and code', () => {
  // far enough, however late its turn comes
  const far = new Date(Date.now() + 3_600_000).toISOString()
  const old = minutesAgo(31 * 1440)
  test.each<[string, Message, Message, string, string | RegExp]>([
    ['required', {}, order({ order: '' }), 'field.missing', 'data.order: is missing'],
    ['text', {}, order({ note: 17 }), 'field.type', 'data.note: expected text, found 17'],
    [
      'integer',
      order({ lines: '12' }),
      order({ lines: 1.5 }),
      'field.type',
      'data.lines: expected a whole number of at most 18 digits, found 1.5',
    ],
    [
      'decimal',
      order({ weight: 0.25 }),
      order({ weight: '1,5' }),
      'field.type',
      'data.weight: expected a decimal of at most 18 digits and 6 places, found "1,5"',
    ],
    [
      'boolean',
      order({ express: false }),
      order({ express: 'yes' }),
      'field.type',
      'data.express: expected true or false, found "yes"',
    ],
    [
      'moment',
      order({ promised: '2026-01-07T09:00:00.5-05:00' }),
      order({ promised: '7.1.2026' }),
      'field.type',
      'data.promised: expected a moment such as 2018-04-05T17:31:00Z, found "7.1.2026"',
    ],
    [
      'date',
      order({ day: '2028-02-29' }),
      order({ day: '2026-02-29' }),
      'field.type',
      'data.day: expected a date such as 2018-04-05, found "2026-02-29"',
    ],
    [
      'values',
      order({ channel: 'phone' }),
      order({ channel: 'fax' }),
      'field.enum',
      'data.channel: expected one of web, phone, found "fax"',
    ],
    [
      'pattern',
      order({ order: 'SO-99' }),
      order({ order: 'so-99' }),
      'field.pattern',
      'data.order: expected text of the pattern ^SO-\\d+$, found "so-99"',
    ],
    [
      'min',
      order({ lines: 1 }),
      order({ lines: 0 }),
      'field.range',
      'data.lines: expected at least 1 and at most 99, found 0',
    ],
    [
      'max',
      order({ lines: 99 }),
      order({ lines: 100 }),
      'field.range',
      'data.lines: expected at least 1 and at most 99, found 100',
    ],
    [
      'a limit to the last place',
      order({ weight: '0.001' }),
      order({ weight: '0.000999' }),
      'field.range',
      'data.weight: expected at least 0.001 and at most 1200 PCE, found "0.000999" ST (0.000999 PCE)',
    ],
    [
      'a limit in base units',
      order({ weight: 100, weight_unit: 'BOX' }),
      order({ weight: 101, weight_unit: 'BOX' }),
      'field.range',
      'data.weight: expected at least 0.001 and at most 1200 PCE, found 101 BOX (1212 PCE)',
    ],
    [
      'min_length',
      order({ note: 'abc' }),
      order({ note: 'ab' }),
      'field.length',
      'data.note: expected at least 3 characters, found "ab"',
    ],
    [
      'max_length',
      order({ note: '1234567890' }),
      order({ note: '12345678901' }),
      'field.length',
      'data.note: expected at most 10 characters, found "12345678901"',
    ],
    [
      'of an attribute',
      { partner: 'C-123456' },
      { partner: 'C-1234567' },
      'field.length',
      'partner: expected at most 8 characters, found "C-1234567"',
    ],
    [
      'unit',
      order({ weight_unit: 'BOX' }),
      order({ weight_unit: 'STONE' }),
      'unit.unknown',
      'data.weight_unit: expected a unit of this estate, found "STONE"',
    ],
    [
      'unit beside it',
      order({ weight: undefined, weight_unit: undefined }),
      order({ weight_unit: undefined }),
      'unit.missing',
      'data.weight_unit: is missing; data.weight needs a unit',
    ],
    [
      'zone',
      order({ local: '2026-01-07T09:00:00Z' }),
      order({ promised: '2026-01-07T09:00:00' }),
      'time.zone',
      'data.promised: expected a moment that names its zone, such as 2018-04-05T17:31:00Z, found "2026-01-07T09:00:00"',
    ],
    [
      'additional',
      {},
      order({ colour: 'red' }),
      'field.unknown',
      'data.colour: is not a field of the contract',
    ],
    [
      'a field of rows',
      order({ parts: [{ no: 7 }] }),
      order({ parts: [{ no: 7 }, { colour: 'red' }] }),
      'field.missing',
      'data.parts[1].no: is missing',
    ],
    [
      'a field of a state',
      {},
      order({ states: { order_lines: [{ ...line, unit_price: '-1' }] } }),
      'field.range',
      'data.states.order_lines[0].unit_price: expected at least 0, found "-1"',
    ],
    [
      'allowed_skew',
      { time: new Date(Date.now() + 5_000).toISOString() },
      { time: far },
      'time.future',
      /^time: .* in the future; at most 10 s are allowed$/,
    ],
    [
      'latest_age',
      { time: minutesAgo(29 * 1440) },
      { time: old },
      'time.age',
      `time: ${old} is 31 d 0 h ago; at most 30 d 0 h are allowed`,
    ],
    [
      'version',
      { type: 'order.shipped', dataschema: 'urn:ship:2', data: { delivery: '12345' } },
      { type: 'order.shipped', dataschema: 'urn:ship:7', data: { delivery: '12345' } },
      'version.unknown',
      'dataschema: expected one of 1, 2, 0.9, found "7"',
    ],
  ])('%s', async (name, keeps, breaks, code, reason) => {
    const answer = await send(event(`${name} kept`, keeps), event(`${name} broken`, breaks))
    expect(answer).toMatchObject({ accepted: 1, quarantined: 1, deviating: 0, reasons: [{ codes: [code] }] })
    await ingest.loader.drain()
    expect(await facts(`${name} kept`)).toHaveLength(1)
    expect(await facts(`${name} broken`)).toEqual([])
    const row = await quarantined(`${name} broken`)
    expect(row).toMatchObject({ codes: [code], flow: 'order_to_cash' })
    expect(row?.reasons).toEqual([typeof reason === 'string' ? reason : expect.stringMatching(reason)])
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ id: `${name} broken`, specversion: '1.0' })
  })

  test('what breaks the vocabulary is told with codes as well', async () => {
    await send(
      event('m1', { source: 'mars', plant: 'XXX', subject: undefined, traceparent: 'x' }),
      event(
        'm2',
        order({ states: { moons: [], order_lines: [{ ...line, colour: 1, quantity: '', unit: 'X' }] } }),
      ),
    )
    await ingest.loader.drain()
    expect((await quarantined('m1'))?.codes).toEqual([
      'source.unknown',
      'plant.unknown',
      'field.missing',
      'trace.malformed',
    ])
    expect((await quarantined('m2'))?.codes).toEqual([
      'field.unknown',
      'field.unknown',
      'field.missing',
      'unit.unknown',
    ])
  })
})

test('what only deviates is let in, counted in the answer and kept with the fact', async () => {
  const answer = await send(event('v1', order({ carrier: 'dhl' })), event('v2'))
  expect(answer).toEqual({ accepted: 2, quarantined: 0, deviating: 1, reasons: [] })
  await ingest.loader.drain()
  expect(await facts('v1')).toEqual([{ deviations: ['field.pattern data.carrier'], partner: 'C-1' }])
  expect(await facts('v2')).toEqual([{ deviations: [], partner: 'C-1' }])
})
