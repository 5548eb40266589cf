import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rejection, walkRequest } from '../../../collectors/http/otlp-walk.ts'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import { encodeOfficial } from '../../support/otlp-official.ts'
import { scenarioEstate } from '../../support/scenario.ts'

// the walk tells the sender what is not stored; the engine decides it by rules of its own: they must never differ
const estate = scenarioEstate()
const { allowed_age: oldestMs, allowed_skew: aheadMs } = estate.spans
let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(estate, { spool: { sealMs: 60_000 } })
})
afterAll(() => ingest.close())

const nanoseconds = (ms: number) => BigInt(ms) * 1_000_000n
const most = 2n ** 64n - 1n
const clamp = (time: bigint) => (time < 0n ? 0n : time > most ? most : time)
/** Moments at each limit and a nanosecond beside it, and any others; seen from the moment of receipt. */
const moment = fc.oneof(
  fc.tuple(fc.constantFrom(-oldestMs, aheadMs, 0), fc.constantFrom(-1n, 0n, 1n)).map(
    ([ms, beside]) =>
      (received: number) =>
        nanoseconds(received + ms) + beside,
  ),
  fc
    .bigInt({ min: -nanoseconds(2 * oldestMs), max: nanoseconds(2 * aheadMs) })
    .map((beside) => (received: number) => nanoseconds(received) + beside),
  fc
    .constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n, 2n ** 63n, most)
    .map((time) => () => time),
)
const id = (length: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ minLength: length, maxLength: length }) },
    fc.constantFrom(0, 1, length - 1, length + 1, 40).map((size) => new Uint8Array(size).fill(7)),
    fc.constant(new Uint8Array(length)),
    // zero but for one byte
    fc.nat(length - 1).map((place) => new Uint8Array(length).fill(1, place, place + 1)),
  )
const span = fc.record(
  {
    traceId: id(16),
    spanId: id(8),
    start: moment,
    lasts: fc.oneof(
      fc.constantFrom(-1n, 0n, 1n, -(2n ** 32n), 2n ** 32n),
      fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n }),
    ),
  },
  { requiredKeys: ['start', 'lasts'] },
)

/** Which codes of the engine stand for what the walk says first of a span. */
const codesOf: Record<Extract<Rejection, 'id' | 'times' | 'age' | 'future'>, string[]> = {
  id: ['span.trace_id', 'span.span_id'],
  times: ['span.times'],
  age: ['span.age'],
  future: ['span.future'],
}
const order = ['span.trace_id', 'span.span_id', 'span.times', 'span.age', 'span.future']

test('a number of ten bytes that ends in none of its bits, which the engine cannot read, is refused', async () => {
  const body = (last: number) => {
    const request = encodeOfficial('ExportTraceServiceRequest', {
      resourceSpans: [{ resource: { attributes: [{ key: 'a', value: { intValue: '-2' } }] } }],
    })
    const changed = Buffer.from(request)
    changed[changed.lastIndexOf(1)] = last
    return changed
  }
  const limits = { receivedMs: Date.now(), oldestMs, aheadMs }
  expect(walkRequest('traces', body(1), limits).error).toBeUndefined()
  for (const last of [0, 2, 127]) expect(walkRequest('traces', body(last), limits).error).toContain('tenth')
})

// of the mutated bodies that were once taken
test.each([
  [
    'an exemplar in a field of another type',
    'CtsBChkKFwoMc2VydmljZS5uYW1lEgcKBXF1ZXVlEr0BCgkKB3RvcnR1cmUSPwoFZGVwdGgaATEqMwoxGfQIUGnBuOwYIQAAAAAAAPg/OhIKBXF1ZXVlEgkKB3EgMzcwNDQ6CQoBbhIEGLShAhJICgRzZW50OkAKOhEBAAAAAAAAABn0CFBpwbjsGDG0kAAAAAAAADoSCgVxdWV1ZRIJCgdxIDM3MDQ0KgkKAW4SBBi0oQIQAhgBEiUKBHRvb2tKHQobGfQIUGnBuOwYIQEAAAAAAAAAMQEAAAAAAAAA',
  ],
  [
    'a histogram’s point of bytes that mean nothing',
    'Ct0BChkKFwoMc2VydmljZS5uYW1lEgcKBXF1ZXVlEr8BCgkKB3RvcnR1cmUSQAoFZGVwdGgaATEqNAoyGU/OU38EuewYIQAAAAAAAPg/OhMKBXF1ZXVlEgoKCHEgMTkxNzU5OgkKAW4SBBiP2gsSSQoEc2VudDpBCjsRAQAAAAAAAAAZT85TfwS57BgxD+0CAAAAAAA6EwoFcXVldWUSCgoIcSAxOTE3NTk6CQoBbhIEGI/aCxACGAESJQoEdG9va0odChtJSUlJSUlJSUlJSUlJSUlJSQAxAQAAAAAAAAA=',
  ],
  [
    'an exemplar of a sum',
    'CtsBChkKFwoMc2VydmljZS5uYW1lEgcKBXF1ZXVlEr0BCgkKB3RvcnR1cmUSPwoFZGVwdGgaATEqMwoxGd9QyizSuOwYIQAAAAAAAPg/OhIKBXF1ZXVlEgkKB3EgODQ3MDM6CQoBbhIEGN+VBRJICgRzZW50OkAKOhEBAAAAAAAAABnfUMos0rjsGDHfSgEAAAAAACoSCgVxdWV1ZRIJCgdxIDg0NzAzOgkKAW4SBBjflQUQAhgBEiUKBHRvb2tKHQobGd9QyizSuOwYIQEAAAAAAAAAMQEAAAAAAAAA',
  ],
  [
    'bounds of a histogram that are no whole number of numbers',
    'CtsBChkKFwoMc2VydmljZS5uYW1lEgcKBXF1ZXVlEr0BCgkKB3RvcnR1cmUSPwoFZGVwdGgaATFKMwoxGTJp1HOkuewYIQAAAAAAAPg/OhIKBXF1ZXVlEgkKB3EgNjA3ODY6CQoBbhIEGPLaAxJICgRzZW50OkAKOhEBAAAAAAAAABkyadRzpLnsGDFy7QAAAAAAADoSCgVxdWV1ZRIJCgdxIDYwNzg2OgkKAW4SBBjy2gMQAhgBEiUKBHRvb2tKHQobGTJp1HOkuewYIQEAAAAAAAAAMQEAAAAAAAAA',
  ],
])('points that cannot be read are refused, also where nothing is kept of them: %s', (_what, body) => {
  const walked = walkRequest('metrics', Buffer.from(body, 'base64'), {
    receivedMs: Date.now(),
    oldestMs,
    aheadMs,
  })
  expect(walked.error).toMatch(/ at byte \d+$/)
})

test.each([
  [
    'a measurement as a double and as an integer',
    { gauge: { dataPoints: [{ asDouble: 1.5, asInt: 2 }] } },
    'asInt',
  ],
  ['a gauge that is a sum as well', { gauge: { dataPoints: [] }, sum: { dataPoints: [] } }, 'sum'],
] as const)('of what excludes each other one is taken: %s is refused', (_what, metric, second) => {
  const body = encodeOfficial('ExportMetricsServiceRequest', {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'depth', ...metric }] }] }],
  })
  const { error } = walkRequest('metrics', Buffer.from(body), { receivedMs: Date.now(), oldestMs, aheadMs })
  expect(error).toContain(`${second} is given twice`)
})

test('what the walk rejects is what reaches quarantine, with the same reason first; the rest is stored', {
  timeout: 120_000,
}, async () => {
  let round = 0
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(span, { maxLength: 12 }), { minLength: 1, maxLength: 15 }),
      async (requests) => {
        const receivedMs = Date.now()
        const mark = `round ${++round}`
        let items = 0
        let rejected = 0
        const why: Record<string, number> = {}
        for (const [place, spans] of requests.entries()) {
          const body = encodeOfficial('ExportTraceServiceRequest', {
            resourceSpans: [
              {
                scopeSpans: [
                  {
                    schemaUrl: mark,
                    spans: spans.map(({ start, lasts, ...ids }, index) => ({
                      ...ids,
                      // a name for each, so that equal spans stay apart in quarantine
                      name: `${mark} ${place} ${index}`,
                      attributes: [
                        { key: 'plumbline.plant', value: { stringValue: `${mark} ${place} ${index}` } },
                      ],
                      startTimeUnixNano: String(clamp(start(receivedMs))),
                      endTimeUnixNano: String(clamp(clamp(start(receivedMs)) + lasts)),
                    })),
                  },
                ],
              },
            ],
          })
          const walk = walkRequest('traces', body, { receivedMs, oldestMs, aheadMs })
          expect(walk.error).toBeUndefined()
          expect(walk.items).toBe(spans.length)
          items += walk.items
          rejected += walk.rejected
          for (const [rule, count] of Object.entries(walk.why)) why[rule] = (why[rule] ?? 0) + count
          await ingest.spool.append(walk.rejected > 0 ? 'traces_mixed' : 'traces', body, {
            receivedMs,
            contentType: 'x',
            source: mark,
          })
        }
        await ingest.loader.drain()
        const refused = await ingest.store.rows<{ codes: string[] }>(
          `SELECT codes FROM quarantine FINAL WHERE kind = 'span' AND source = {mark:String}`,
          { mark },
        )
        const [stored] = await ingest.store.rows<{ spans: number }>(
          'SELECT toUInt32(count()) AS spans FROM otel_spans FINAL WHERE schema_url = {mark:String}',
          { mark },
        )
        expect([refused.length, stored?.spans]).toEqual([rejected, items - rejected])
        const first: Record<string, number> = {}
        for (const { codes } of refused) {
          expect(codes).toEqual(order.filter((code) => codes.includes(code)))
          const rule = Object.entries(codesOf).find(([, list]) =>
            list.includes(codes[0] as string),
          )?.[0] as string
          first[rule] = (first[rule] ?? 0) + 1
          seen.add(rule)
        }
        expect(first).toEqual(why)
      },
    ),
    { numRuns: 20 },
  )
  // every rule was tried
  expect([...seen].sort()).toEqual(['age', 'future', 'id', 'times'])
})

test('the points the walk rejects are those that are not stored, at every limit', {
  timeout: 120_000,
}, async () => {
  let round = 0
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(moment, { maxLength: 12 }), { minLength: 1, maxLength: 15 }),
      async (requests) => {
        const receivedMs = Date.now()
        const mark = `points ${++round}`
        let taken = 0
        for (const [place, moments] of requests.entries()) {
          const body = encodeOfficial('ExportMetricsServiceRequest', {
            resourceMetrics: [
              {
                scopeMetrics: [
                  {
                    scope: { name: mark },
                    metrics: [
                      {
                        name: 'depth',
                        gauge: {
                          dataPoints: moments.map((at, index) => ({
                            timeUnixNano: String(clamp(at(receivedMs))),
                            asInt: '1',
                            attributes: [{ key: 'own', value: { stringValue: `${place} ${index}` } }],
                          })),
                        },
                      },
                    ],
                  },
                ],
              },
            ],
          })
          const walk = walkRequest('metrics', body, { receivedMs, oldestMs, aheadMs })
          expect([walk.error, walk.items]).toEqual([undefined, moments.length])
          for (const rule of Object.keys(walk.why)) seen.add(rule)
          taken += walk.items - walk.rejected
          await ingest.spool.append('metrics', body, { receivedMs, contentType: 'x', source: mark })
        }
        await ingest.loader.drain()
        const [stored] = await ingest.store.rows<{ points: number }>(
          'SELECT toUInt32(count()) AS points FROM measurements FINAL WHERE scope = {mark:String}',
          { mark },
        )
        expect(stored?.points).toBe(taken)
      },
    ),
    { numRuns: 10 },
  )
  expect([...seen].sort()).toEqual(['pointAge', 'pointFuture', 'pointTime'])
})
