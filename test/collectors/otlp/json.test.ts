import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import { decodeOfficial, encodeOfficial } from '../../support/otlp-official.ts'
import { storedSpans } from '../../support/otlp-oracle.ts'
import { scenarioEstate } from '../../support/scenario.ts'

// what the specification lets a writer of JSON do, and what it lets any writer add
let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate())
})
afterAll(() => ingest.close())

const started = BigInt(Date.now() - 1000) * 1_000_000n + 1n
let last = 0
type Change = (span: Record<string, unknown>) => string
/** Sends one span as JSON text of its own making, and gives back the status and the span as it is stored. */
async function send(change: Change) {
  const traceId = (++last).toString(16).padStart(32, '0')
  const span = {
    traceId,
    spanId: '00000000000000Ab',
    name: 'span',
    startTimeUnixNano: String(started),
    endTimeUnixNano: String(started + 5n),
  }
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[${change(span)}]}]}]}`
  const answer = await ingest.post('/v1/traces', body, { 'content-type': 'application/json' })
  const told = await answer.text()
  if (answer.ok) await ingest.loader.drain()
  const [stored] = await storedSpans(ingest.store, 'otel_spans.trace_id = unhex({traceId:String})', {
    traceId,
  })
  return { status: answer.status, told, stored }
}
const attribute = (value: string) => (span: object) =>
  JSON.stringify({ ...span, attributes: '?' }).replace('"?"', `[{"key":"a","value":${value}}]`)

test('ids are hex in any case', async () => {
  const { stored } = await send((span) =>
    JSON.stringify({
      ...span,
      parentSpanId: 'ABCDEFabcdef0123',
      links: [{ traceId: 'AbCdEf'.padEnd(32, '0'), spanId: 'F'.repeat(16) }],
    }),
  )
  expect(stored).toMatchObject({
    span_id: '00000000000000ab',
    parent_span_id: 'abcdefabcdef0123',
    links: [{ trace_id: 'abcdef'.padEnd(32, '0'), span_id: 'f'.repeat(16) }],
  })
})

describe('64-bit integers are exact, in quotes and without', () => {
  test.each(['9007199254740993', '-9223372036854775808', '9223372036854775807', '0', '-1', '2147483648'])(
    '%s',
    async (number) => {
      for (const value of [number, `"${number}"`]) {
        const { stored } = await send(attribute(`{"intValue":${value}}`))
        expect(stored).toMatchObject({ attributes: [['a', number]], attribute_types: '3' })
      }
    },
  )
  test('a time without quotes keeps its nanoseconds', async () => {
    const { stored } = await send((span) => JSON.stringify(span).replaceAll(/"(\d{19})"/g, '$1'))
    expect(stored).toMatchObject({ start_ns: String(started), duration_ns: '5' })
  })
  test.each(['9223372036854775808', '1.5', '"1.5"', '1e3', '"x"', 'true', '""'])(
    '%s is refused',
    async (value) => {
      expect(await send(attribute(`{"intValue":${value}}`))).toMatchObject({ status: 400, stored: undefined })
    },
  )
})

test.each([
  ['"NaN"', 'nan'],
  ['"Infinity"', 'inf'],
  ['"-Infinity"', '-inf'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['1E+2', '100'],
  ['-0.0', '-0'],
  ['"2.5"', '2.5'],
])('the double %s is kept as %s', async (value, text) => {
  const { stored } = await send(attribute(`{"doubleValue":${value}}`))
  expect(stored).toMatchObject({ attributes: [['a', text]], attribute_types: '4' })
})

test('bytes are base64, also of the kind for addresses', async () => {
  for (const value of ['+/8=', '-_8=', '-_8']) {
    const { stored } = await send(attribute(`{"bytesValue":"${value}"}`))
    expect(stored).toMatchObject({ attributes: [['a', '+/8=']], attribute_types: '7' })
  }
})

test('kinds and codes are numbers; their names are understood too', async () => {
  for (const [kind, code] of [
    [3, 2],
    ['SPAN_KIND_CLIENT', 'STATUS_CODE_ERROR'],
  ]) {
    const { stored } = await send((span) => JSON.stringify({ ...span, kind, status: { code } }))
    expect(stored).toMatchObject({ kind: 'CLIENT', status: 'ERROR' })
  }
  expect((await send((span) => JSON.stringify({ ...span, kind: 99 }))).stored?.kind).toBe('UNSPECIFIED')
})

test('fields nobody knows, null, and an order of their own change nothing', async () => {
  const plain = await send((span) => JSON.stringify(span))
  const { stored } = await send((span) =>
    JSON.stringify(
      Object.fromEntries([
        ['unheardOf', { deep: [1, { a: null, b: '\\"}]' }, []], big: 1e300, n: -0.5e-3 }],
        ...Object.entries(span).reverse(),
        ['attributes', null],
        ['trace_id', 'snake case is not the encoding'],
        ['status', { novel: true }],
      ]),
    ),
  )
  expect({ ...stored, trace_id: '' }).toEqual({ ...plain.stored, trace_id: '' })
})

test('fields nobody knows are passed over in protobuf, whatever their number and type', async () => {
  const known = {
    traceId: Buffer.alloc(16, 3),
    spanId: Buffer.alloc(8, 4),
    name: 'n',
    startTimeUnixNano: String(started),
    endTimeUnixNano: String(started),
  }
  const body = encodeOfficial('ExportTraceServiceRequest', {
    resourceSpans: [{ scopeSpans: [{ spans: [known] }] }],
  })
  // behind the name, inside of the span: a varint 99, a text 1002, 64 bits 2000 and 32 bits 536870911
  const extra = Buffer.from('9806ff01' + 'd23e0178' + '817d0102030405060708' + 'fdffffff0f01020304', 'hex')
  const spanEnd = body.length
  const grown = Buffer.concat([Buffer.from(body), extra])
  // the lengths of request, resource and scope lie before their content, one byte each
  for (const at of [1, 3, 5]) grown[at] = (body[at] as number) + extra.length
  expect(grown[1]).toBeLessThan(128)
  expect(spanEnd).toBe(grown.length - extra.length)
  const answer = await ingest.post('/v1/traces', grown, { 'content-type': 'application/x-protobuf' })
  expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0])
  await ingest.loader.drain()
  expect(await storedSpans(ingest.store, 'name = {name:String}', { name: 'n' })).toHaveLength(1)
  expect(decodeOfficial('ExportTraceServiceRequest', grown)).toBeDefined()
})

test.each([
  ['one id that is no hex', (span: object) => JSON.stringify({ ...span, spanId: 'not hex' })],
  ['one id that is too short', (span: object) => JSON.stringify({ ...span, spanId: 'abcd' })],
  ['one id that is all zero', (span: object) => JSON.stringify({ ...span, spanId: '0'.repeat(16) })],
  ['one id that is missing', (span: object) => JSON.stringify({ ...span, spanId: undefined })],
])('a span with %s is counted back; the good ones beside it are stored', async (_name, change) => {
  const { status, told, stored } = await send((span) =>
    [span, { ...span, spanId: '1'.repeat(16) }]
      .map((each, index) => (index === 0 ? change(each) : JSON.stringify(each)))
      .join(','),
  )
  expect([status, JSON.parse(told)]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('span id') } },
  ])
  expect(stored?.span_id).toBe('1'.repeat(16))
})
