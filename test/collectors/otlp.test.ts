import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testData } from '../support/data.ts'
import { type Ingest, openIngest } from '../support/ingest.ts'
import { encodeOtlp, walkTraces } from '../support/otlp.ts'
import { scenarioEstate } from '../support/scenario.ts'

const json = { 'content-type': 'application/json' }
const protobuf = { 'content-type': 'application/x-protobuf' }
let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate('spans: { allowed_age: 20000d }'))
})
afterAll(() => ingest.close())

const spansOf = (traceId: string) => ingest.store.query('trace_spans', { trace_id: traceId.toLowerCase() })

type Attribute = { key: string; value: Record<string, unknown> }
const request = (attributes: Attribute[], more = {}) => ({
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'erp-p01' } },
          { key: 'plumbline.plant', value: { stringValue: 'HAM' } },
        ],
      },
      scopeSpans: [
        {
          scope: { name: 'test', version: '1' },
          spans: [
            {
              traceId: 'A'.repeat(32),
              spanId: '0000000000000001',
              name: 'post goods movement',
              kind: 2,
              startTimeUnixNano: '1763600000000000001',
              endTimeUnixNano: '1763600000000000123',
              attributes,
              ...more,
            },
          ],
        },
      ],
    },
  ],
})

describe('attributes', () => {
  const values: [string, Record<string, unknown>, string][] = [
    ['text', { stringValue: 'Grüße "x"' }, 'Grüße "x"'],
    ['yes', { boolValue: true }, 'true'],
    ['no', { boolValue: false }, 'false'],
    ['long', { intValue: '9007199254740993' }, '9007199254740993'],
    ['negative', { intValue: -5 }, '-5'],
    ['real', { doubleValue: 0.1 }, '0.1'],
    ['bytes', { bytesValue: 'AAEC/w==' }, 'AAEC/w=='],
    [
      'list',
      {
        arrayValue: { values: [{ stringValue: 'a' }, { intValue: '9007199254740993' }, { boolValue: true }] },
      },
      '["a",9007199254740993,true]',
    ],
    ['pairs', { kvlistValue: { values: [{ key: 'k', value: { doubleValue: 1.5 } }] } }, '{"k":1.5}'],
    ['none', {}, ''],
  ]
  test('every type survives, in both encodings alike, with order, plant and key in their columns', async () => {
    const attributes = [
      ...values.map(([key, value]) => ({ key, value })),
      { key: 'plumbline.key', value: { stringValue: 'SO-1' } },
    ]
    const body = JSON.stringify(
      request(attributes, {
        events: [
          {
            timeUnixNano: '1763600000000000050',
            name: 'exception',
            attributes: [{ key: 'n', value: { intValue: '7' } }],
          },
        ],
        links: [{ traceId: 'b'.repeat(32), spanId: '00000000000000ff' }],
        status: { code: 2, message: 'error 51' },
      }),
    )
    // the end unquoted, as some writers do: JSON.parse alone would round it
    expect(
      (await ingest.post('/v1/traces', body.replace('"1763600000000000123"', '1763600000000000123'), json))
        .status,
    ).toBe(200)
    const other = body.replaceAll('A'.repeat(32), 'C'.repeat(32))
    expect(
      (
        await ingest.post('/v1/traces', gzipSync(encodeOtlp(JSON.parse(other))), {
          ...protobuf,
          'content-encoding': 'gzip',
        })
      ).status,
    ).toBe(200)
    await ingest.loader.drain()
    for (const trace of ['a'.repeat(32), 'c'.repeat(32)]) {
      const [span] = await spansOf(trace)
      for (const [key, , text] of values) expect(span?.attributes[key], key).toBe(text)
      expect(span).toMatchObject({
        plant: 'HAM',
        key: 'SO-1',
        service: 'erp-p01',
        kind: 'SERVER',
        status: 'ERROR',
        status_message: 'error 51',
        duration_ns: '122',
        start_ns: '1763600000000000001',
        event_names: ['exception'],
        link_span_ids: ['00000000000000ff'],
      })
      expect(span?.event_attributes).toEqual([{ n: '7' }])
    }
  })
})

test('numbers written without quotes keep their digits: long integers beside long fractions', async () => {
  const body = JSON.stringify(
    request(
      [
        { key: 'fraction', value: { doubleValue: 0.30000000000000004 } },
        { key: 'long', value: { intValue: '9007199254740993' } },
        { key: 'text', value: { stringValue: 'no. 1234567890123456789, "1": 1234567890123456789' } },
      ],
      { traceId: 'e'.repeat(32) },
    ),
  ).replace('"9007199254740993"', '9007199254740993')
  expect((await ingest.post('/v1/traces', body, json)).status).toBe(200)
  await ingest.loader.drain()
  expect((await spansOf('e'.repeat(32)))[0]?.attributes).toEqual({
    fraction: '0.30000000000000004',
    long: '9007199254740993',
    text: 'no. 1234567890123456789, "1": 1234567890123456789',
  })
})

describe('answers', () => {
  test('an empty request is a success in its own encoding', async () => {
    const answer = await ingest.post('/v1/traces', '{}', json)
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '{}',
    ])
    const binary = await ingest.post('/v1/traces', new Uint8Array(), protobuf)
    expect([
      binary.status,
      binary.headers.get('content-type'),
      (await binary.arrayBuffer()).byteLength,
    ]).toEqual([200, 'application/x-protobuf', 0])
  })
  test('spans without valid ids are counted back and not stored; the others are', async () => {
    const good = request([]).resourceSpans[0]?.scopeSpans[0]?.spans[0]
    const body = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { ...good, traceId: 'd'.repeat(32) },
                { ...good, traceId: '' },
                { ...good, spanId: '0000000000000000' },
                { ...good, traceId: 'not hex' },
              ],
            },
          ],
        },
      ],
    }
    const answer = await ingest.post('/v1/traces', JSON.stringify(body), json)
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '3' } })
    await ingest.loader.drain()
    expect(await spansOf('d'.repeat(32))).toHaveLength(1)
  })
  test.each([
    ['broken JSON', '{"resourceSpans":', json, 400],
    ['a wrong type', '{"resourceSpans":{}}', json, 400],
    [
      'an integer that is none',
      JSON.stringify(request([{ key: 'x', value: { intValue: '1.5' } }])),
      json,
      400,
    ],
    [
      'values nested without end',
      `{"resourceSpans":[{"resource":{"attributes":[{"key":"x","value":${'{"arrayValue":{"values":['.repeat(20_000)}${']}}'.repeat(20_000)}}]}}]}`,
      json,
      400,
    ],
    ['another media type', 'x', { 'content-type': 'text/plain' }, 415],
    ['another encoding', '{}', { ...json, 'content-encoding': 'br' }, 415],
    ['what is not gzip', 'xx', { ...json, 'content-encoding': 'gzip' }, 400],
    ['a gzip bomb', gzipSync(Buffer.alloc(21 * 2 ** 20)), { ...json, 'content-encoding': 'gzip' }, 413],
  ])('%s is refused with a google.rpc.Status', async (_name, body, headers, status) => {
    const answer = await ingest.post('/v1/traces', body, headers)
    expect(answer.status).toBe(status)
    if (headers['content-type'] === 'application/json')
      expect(await answer.json()).toMatchObject({ code: 3, message: expect.any(String) })
  })
  test('a malformed protobuf body is refused in protobuf', async () => {
    const answer = await ingest.post('/v1/traces', new Uint8Array([0x0a, 0x05, 0x01]), protobuf)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
    expect(new Uint8Array(await answer.arrayBuffer()).slice(0, 2)).toEqual(new Uint8Array([8, 3]))
  })
})

test('whatever the walk lets through, the engine takes: mutated bodies never block the spool', async () => {
  const body = Buffer.from(
    encodeOtlp(request([{ key: 'a', value: { arrayValue: { values: [{ stringValue: 'x' }] } } }])),
  )
  let state = 7
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state % below
  }
  let accepted = 0
  for (let round = 0; round < 3000; round++) {
    const mutated = Buffer.from(body)
    for (let change = 0; change <= random(3); change++) mutated[random(mutated.length)] = random(256)
    if (walkTraces(mutated).error) continue
    accepted++
    expect((await ingest.post('/v1/traces', mutated, protobuf)).status).toBe(200)
  }
  expect(accepted).toBeGreaterThan(100)
  await ingest.loader.drain()
  expect(await ingest.store.query('quarantine', { limit: 10 })).toEqual([])
})

const folder = testData('otlp')
describe.skipIf(folder === null)('what others wrote', () => {
  const read = (name: string) => readFileSync(join(folder as string, name))
  /** Some of Jaeger's files are answers of its API: the request is inside `result`. */
  const unwrap = (text: string) => JSON.stringify(JSON.parse(text).result ?? JSON.parse(text))
  const fixtures =
    folder === null
      ? []
      : [
          'examples/trace.json',
          ...readdirSync(join(folder, 'jaeger')).map((name) => `jaeger/${name}`),
          ...readdirSync(join(folder, 'sdk')).map((name) => `sdk/${name}`),
        ]
  type Request = { resourceSpans: { scopeSpans: { spans: { traceId: string }[] }[] }[] }
  const traceIds = (text: string) => {
    const spans = (JSON.parse(text) as Request).resourceSpans.flatMap((one) =>
      one.scopeSpans.flatMap((scope) => scope.spans),
    )
    return [...new Set(spans.map((span) => span.traceId.toLowerCase()))]
  }

  test.each(
    fixtures.filter(
      (name) => name.endsWith('.json') && unwrap(read(name).toString()).includes('"resourceSpans"'),
    ),
  )('%s is accepted and opened by trace id', async (name) => {
    const text = unwrap(read(name).toString())
    const answer = await ingest.post('/v1/traces', text, json)
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    await ingest.loader.drain()
    const ids = traceIds(text)
    expect(ids.length).toBeGreaterThan(0)
    for (const id of ids) expect((await spansOf(id)).length, id).toBeGreaterThan(0)
  })
  test.each(fixtures.filter((name) => name.endsWith('.gz')))(
    '%s is accepted and opened by trace id',
    async (name) => {
      const answer = await ingest.post('/v1/traces', read(name), { ...protobuf, 'content-encoding': 'gzip' })
      expect(answer.status).toBe(200)
      const { items: spans } = walkTraces(gunzipSync(read(name)))
      await ingest.loader.drain()
      const [row] = await ingest.store.rows<{ spans: number }>(
        `SELECT toUInt32(count()) AS spans FROM otel_spans FINAL WHERE received_at = (SELECT max(received_at) FROM otel_spans)`,
      )
      expect(row?.spans).toBe(spans)
      expect(spans).toBeGreaterThan(0)
    },
  )
})
