import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ingestRoutes } from '../../../collectors/http/routes.ts'
import { testData } from '../../support/data.ts'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import {
  decodeOfficial,
  encodeOfficial,
  type MetricsRequest,
  readOfficialJson,
  type TraceRequest,
} from '../../support/otlp-official.ts'
import {
  expectedPoints,
  expectedSpans,
  inOrder,
  pointsInOrder,
  type SpanRow,
  storedPoints,
  storedSpans,
} from '../../support/otlp-oracle.ts'
import { scenarioEstate } from '../../support/scenario.ts'

const folder = testData('otlp')
const files =
  folder === null
    ? []
    : ['examples', 'jaeger', 'sdk'].flatMap((name) =>
        readdirSync(join(folder, name)).map((file) => `${name}/${file}`),
      )
const read = (name: string) => readFileSync(join(folder as string, name))
/** Some of Jaeger's files are answers of its API: the request is inside `result`. */
const textOf = (name: string) => {
  const text = read(name).toString()
  const { result } = JSON.parse(text) as { result?: object }
  return result ? JSON.stringify(result) : text
}
const holds = (name: string, list: string) => name.endsWith('.json') && textOf(name).includes(`"${list}"`)

describe.skipIf(folder === null)('what others wrote is stored as the official messages read it', () => {
  let ingest: Ingest
  beforeAll(async () => {
    ingest = await openIngest(scenarioEstate('spans: { allowed_age: 30000d }'))
  })
  afterAll(() => ingest.close())

  /** Through a door of its own: one that saw a request before would take it for a resend. */
  const post = async (body: string | Uint8Array, headers: Record<string, string>) =>
    ingestRoutes({ estate: ingest.estate, spool: ingest.spool, guard: (_context, next) => next() }).request(
      '/v1/traces',
      { method: 'POST', body: body as BodyInit, headers },
    )
  /** Sends requests and holds all they stored against what the official messages read in them. */
  const check = async (
    sent: { body: string | Uint8Array; bytes: Uint8Array; headers: Record<string, string> }[],
  ) => {
    // the same spans, even the same requests come in many files: each file on its own
    await ingest.store.command('TRUNCATE TABLE otel_spans')
    const spans = new Map<string, SpanRow>()
    for (const { body, bytes, headers } of sent) {
      const expected = expectedSpans(decodeOfficial<TraceRequest>('ExportTraceServiceRequest', bytes))
      const good = expected.filter((span) => !/^0*$/.test(span.trace_id) && !/^0*$/.test(span.span_id))
      const answer = await post(body, headers)
      expect(answer.status).toBe(200)
      const told = Buffer.from(await answer.arrayBuffer()).toString()
      if (good.length === expected.length) expect(told.replace('{}', '')).toBe('')
      else expect(told).toContain(`${expected.length - good.length}: spans`)
      // a span that is given twice is one
      for (const span of good) spans.set(`${span.trace_id} ${span.span_id} ${span.start_ns}`, span)
    }
    await ingest.loader.drain()
    expect(spans.size).toBeGreaterThan(0)
    expect(await storedSpans(ingest.store)).toEqual(inOrder([...spans.values()]))
  }
  /** The same spans under trace ids of their own, so that they stand beside the others. */
  const renamed = (bytes: Uint8Array) => {
    const request = decodeOfficial<TraceRequest>('ExportTraceServiceRequest', bytes)
    for (const span of request.resourceSpans
      .flatMap((one) => one.scopeSpans ?? [])
      .flatMap((scoped) => scoped.spans ?? []))
      if (span.traceId) span.traceId = span.traceId.map((byte, index) => (index === 0 ? byte ^ 128 : byte))
    return encodeOfficial('ExportTraceServiceRequest', request)
  }

  test('they hold what they are said to', () => {
    expect(files.filter((name) => holds(name, 'resourceSpans')).length).toBeGreaterThanOrEqual(30)
    expect(files.filter((name) => holds(name, 'resourceMetrics'))).toHaveLength(1)
  })
  test.each(files.filter((name) => holds(name, 'resourceSpans')))(
    '%s, as JSON and as protobuf',
    async (name) => {
      const text = textOf(name)
      const bytes = readOfficialJson('ExportTraceServiceRequest', text)
      const other = renamed(bytes)
      await check([
        { body: text, bytes, headers: { 'content-type': 'application/json' } },
        { body: other, bytes: other, headers: { 'content-type': 'application/x-protobuf' } },
      ])
    },
  )
  test.each(files.filter((name) => name.endsWith('.gz')))('%s, as it was captured', async (name) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }
    await check([{ body: read(name), bytes: gunzipSync(read(name)), headers }])
  })
  test.each(files.filter((name) => holds(name, 'resourceMetrics')))(
    '%s: gauges and sums kept, the rest counted back',
    async (name) => {
      const text = textOf(name)
      const expected = expectedPoints(
        decodeOfficial<MetricsRequest>(
          'ExportMetricsServiceRequest',
          readOfficialJson('ExportMetricsServiceRequest', text),
        ),
      )
      const answer = await ingest.post('/v1/metrics', text, { 'content-type': 'application/json' })
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { partialSuccess: { rejectedDataPoints: '2', errorMessage: expect.stringContaining('histograms') } },
      ])
      await ingest.loader.drain()
      expect(await storedPoints(ingest.store)).toEqual(pointsInOrder(expected))
      expect(expected.length).toBeGreaterThan(0)
    },
  )
})
