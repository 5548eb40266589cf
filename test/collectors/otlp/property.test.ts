import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import {
  type AnyValue,
  decodeOfficial,
  encodeOfficial,
  type KeyValue,
  type Metric,
  type MetricsRequest,
  type Point,
  type TraceRequest,
  writeOfficialJson,
} from '../../support/otlp-official.ts'
import {
  expectedPoints,
  expectedSpans,
  inOrder,
  pointsInOrder,
  storedPoints,
  storedSpans,
} from '../../support/otlp-oracle.ts'
import { readQuarantine } from '../../support/quarantine.ts'
import { scenarioEstate } from '../../support/scenario.ts'

let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate('spans: { allowed_age: 30000d }'), { spool: { sealMs: 60_000 } })
})
afterAll(() => ingest.close())

const most64 = 2n ** 63n - 1n
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '/',
    '\u0000',
    '\u000b\u001f\\u001f',
    '\u2028',
    '\n\t\b',
    '{"a":1}',
    'ß'.repeat(70),
    'x'.repeat(200),
  ),
)
const whole = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: most64 }),
  fc.constantFrom(0n, 1n, -1n, most64, -(2n ** 63n), 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 32n),
)
const real = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e21,
    1e-7,
    5e-324,
    0.1 + 0.2,
  ),
)
const bytes = fc.uint8Array({ maxLength: 20 })
const { value, list, pairs } = fc.letrec<{ value: AnyValue; list: AnyValue; pairs: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: whole.map(String) }),
    fc.record({ doubleValue: real }),
    fc.record({ bytesValue: bytes }),
    fc.constant({}),
    tie('list'),
    tie('pairs'),
  ),
  list: fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 4 }) }) }),
  pairs: fc.record({
    kvlistValue: fc.record({
      values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 4 }),
    }),
  }),
}))
const attributes: fc.Arbitrary<KeyValue[]> = fc.uniqueArray(
  fc.record(
    { key: text, value: fc.oneof({ weight: 6, arbitrary: value }, list, pairs) },
    { requiredKeys: ['key'] },
  ),
  { selector: ({ key }) => key, maxLength: 6 },
)
const unsigned32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const unsigned64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
)
const id = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).filter((each) => each.some((byte) => byte !== 0))

const started = BigInt(Date.now() - 1000) * 1_000_000n
const event = fc.record(
  { timeUnixNano: unsigned64.map(String), name: text, attributes, droppedAttributesCount: unsigned32 },
  { requiredKeys: [] },
)
const link = fc.record(
  {
    traceId: fc.oneof(id(16), bytes),
    spanId: fc.oneof(id(8), bytes),
    traceState: text,
    attributes,
    droppedAttributesCount: unsigned32,
    flags: unsigned32,
  },
  { requiredKeys: [] },
)
const span = fc
  .record(
    {
      traceState: text,
      parentSpanId: fc.oneof(id(8), bytes),
      name: text,
      kind: fc.integer({ min: -1, max: 7 }),
      attributes,
      droppedAttributesCount: unsigned32,
      events: fc.array(event, { maxLength: 3 }),
      droppedEventsCount: unsigned32,
      links: fc.array(link, { maxLength: 3 }),
      droppedLinksCount: unsigned32,
      status: fc.record({ code: fc.integer({ min: -1, max: 4 }), message: text }, { requiredKeys: [] }),
      flags: unsigned32,
      ago: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.constantFrom(0n, 1n)),
      lasted: fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n - started }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
      ),
    },
    { requiredKeys: ['ago', 'lasted'] },
  )
  .map(({ ago, lasted, ...rest }) => ({
    ...rest,
    startTimeUnixNano: String(started - ago),
    endTimeUnixNano: String(started - ago + lasted),
  }))
const resource = fc.record({ attributes, droppedAttributesCount: unsigned32 }, { requiredKeys: [] })
const scope = fc.record({ name: text, version: text, attributes }, { requiredKeys: [] })
const traceRequest = fc.record({
  resourceSpans: fc.array(
    fc.record(
      {
        resource,
        scopeSpans: fc.array(
          fc.record(
            { scope, spans: fc.array(span, { maxLength: 3 }), schemaUrl: text },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
        schemaUrl: text,
      },
      { requiredKeys: [] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
})

let round = 0
/** Gives the spans of a request ids of their own: the round, the encoding, their place. */
function number(request: TraceRequest, encoding: number, place: number): TraceRequest {
  let next = 0
  const ids = () => {
    const trace = Buffer.alloc(16)
    trace.writeUInt32BE(round, 0)
    trace[4] = encoding
    trace.writeUInt32BE(place + 1, 8)
    const own = Buffer.alloc(8)
    own.writeUInt32BE(++next, 4)
    return { traceId: trace, spanId: own }
  }
  return {
    resourceSpans: request.resourceSpans.map((one) => ({
      ...one,
      scopeSpans: one.scopeSpans?.map((scoped) => ({
        ...scoped,
        spans: scoped.spans?.map((each) => ({ ...each, ...ids() })),
      })),
    })),
  }
}
const encodings: [
  headers: Record<string, string>,
  write: (name: 'traces' | 'metrics', value: object) => string | Uint8Array,
][] = [
  [
    { 'content-type': 'application/x-protobuf' },
    (name, request) =>
      encodeOfficial(
        name === 'traces' ? 'ExportTraceServiceRequest' : 'ExportMetricsServiceRequest',
        request,
      ),
  ],
  [{ 'content-type': 'application/json' }, (_name, request) => writeOfficialJson(request)],
  [{ 'content-type': 'application/json' }, (_name, request) => writeOfficialJson(request, false)],
]

test('any trace request is stored as the official messages read it, the same from protobuf and from JSON', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(traceRequest, { minLength: 1, maxLength: 25 }), async (requests) => {
      round++
      const expected = (
        await Promise.all(
          encodings.flatMap(([headers, write], encoding) =>
            requests.map(async (request, place) => {
              const numbered = number(request, encoding, place)
              const answer = await ingest.post('/v1/traces', write('traces', numbered), headers)
              expect([answer.status, (await answer.text()).replace('{}', '')]).toEqual([200, ''])
              const official = encodeOfficial('ExportTraceServiceRequest', numbered)
              return expectedSpans(decodeOfficial('ExportTraceServiceRequest', official))
            }),
          ),
        )
      ).flat()
      await ingest.loader.drain()
      const stored = await storedSpans(
        ingest.store,
        'startsWith(otel_spans.trace_id, unhex({round:String}))',
        {
          round: round.toString(16).padStart(8, '0'),
        },
      )
      expect(stored).toEqual(inOrder(expected))
    }),
    { numRuns: 12 },
  )
  expect(await readQuarantine(ingest.store, 1)).toEqual([])
})

const point = fc
  .record(
    {
      attributes,
      startTimeUnixNano: unsigned64.map(String),
      flags: unsigned32,
      // what lies outside of the limits is told back, see walk.test.ts
      timeUnixNano: fc
        .bigInt({ min: -(10n ** 15n), max: 10n ** 12n })
        .map((beside) => String(started + beside)),
      value: fc.oneof(
        fc.record({ asDouble: real }),
        fc.record({ asInt: whole.map(String) }),
        fc.constant({}),
      ),
    },
    { requiredKeys: ['value', 'timeUnixNano'] },
  )
  .map(({ value: own, ...rest }) => ({ ...rest, ...own }))
const points = fc.array(point, { maxLength: 4 })
const metric = fc
  .record({
    name: text,
    unit: text,
    description: text,
    data: fc.oneof(
      fc.record({ gauge: fc.record({ dataPoints: points }) }),
      fc.record({
        sum: fc.record({
          dataPoints: points,
          isMonotonic: fc.boolean(),
          aggregationTemporality: fc.integer({ min: 0, max: 2 }),
        }),
      }),
    ),
  })
  .map(({ data, ...rest }) => ({ ...rest, ...data }))

function numberPoints(metrics: Metric[], scope: string): Metric[] {
  let next = 0
  const numbered = <Data extends { dataPoints?: Point[] }>(data: Data | undefined) =>
    data && {
      ...data,
      dataPoints: data.dataPoints?.map((each) => ({
        ...each,
        attributes: [...(each.attributes ?? []), { key: '#', value: { stringValue: `${scope}-${++next}` } }],
      })),
    }
  return metrics.map(({ gauge, sum, ...rest }) => ({
    ...rest,
    ...(gauge ? { gauge: numbered(gauge) } : { sum: numbered(sum) }),
  })) as Metric[]
}

test('any metrics request is stored as the official messages read it, the same from protobuf and from JSON', {
  timeout: 120_000,
}, async () => {
  let request = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ resource, metrics: fc.array(metric, { maxLength: 4 }) }), {
        minLength: 1,
        maxLength: 20,
      }),
      async (parts) => {
        const first = request + 1
        const expected = (
          await Promise.all(
            encodings.flatMap(([headers, write]) =>
              parts.map(async (part) => {
                // the scope's name tells requests apart, an attribute of its own each point: the same one again is one row
                const scoped = String(++request).padStart(6, '0')
                const message = {
                  resourceMetrics: [
                    {
                      resource: part.resource,
                      scopeMetrics: [
                        { scope: { name: scoped }, metrics: numberPoints(part.metrics, scoped) },
                      ],
                    },
                  ],
                }
                const answer = await ingest.post('/v1/metrics', write('metrics', message), headers)
                expect([answer.status, (await answer.text()).replace('{}', '')]).toEqual([200, ''])
                const official = encodeOfficial('ExportMetricsServiceRequest', message)
                return expectedPoints(decodeOfficial<MetricsRequest>('ExportMetricsServiceRequest', official))
              }),
            ),
          )
        ).flat()
        await ingest.loader.drain()
        const stored = await storedPoints(ingest.store, 'scope >= {first:String}', {
          first: String(first).padStart(6, '0'),
        })
        expect(stored).toEqual(pointsInOrder(expected))
      },
    ),
    { numRuns: 10 },
  )
})
